//! Names of files that came from outside, without the characters that nobody sees and that turn the direction of reading: they
//! make `exe.fdp` look like `pdf.exe`.

/// The name without them.
#[must_use]
pub fn readable(name: &str) -> String {
    name.chars().filter(|character| !turns_direction(*character)).collect()
}

/// Whether a character turns the direction in which what follows is read.
#[must_use]
pub fn turns_direction(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_the_direction_is_left_out_and_every_script_stays() {
        assert_eq!(readable("\u{202e}fdp.exe\u{2066}\u{2069}\u{200e}\u{200f}\u{202a}\u{61c}"), "fdp.exe");
        for name in ["Größe.pdf", "תמונה.png", "写真.jpg", "क्‍ष.txt"] {
            assert_eq!(readable(name), name);
        }
    }
}
