//! Random choices that can be repeated: SplitMix64 from a seed that the test prints. Two lines of mathematics are not
//! worth a dependency, and a test must not change its mind when a library does.

/// A seeded source of choices.
#[derive(Clone, Debug)]
pub struct Dice {
    state: u64,
}

impl Dice {
    /// The choices that belong to `seed`.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The seed named by the environment variable, else one of the moment; printed, so that a failure can be repeated.
    pub fn from_environment(variable: &str) -> Self {
        let named = std::env::var(variable).ok().and_then(|text| text.parse().ok());
        let seed = named
            .unwrap_or_else(|| u64::from(std::process::id()) ^ u64::from(chrono::Utc::now().timestamp_subsec_nanos()));
        println!("repeat with {variable}={seed}");
        Self::new(seed)
    }

    /// An independent source for part `index` (one task, one round).
    pub fn part(&self, index: u64) -> Self {
        let mut part = Self::new(self.state ^ index.wrapping_mul(0xA24B_AED4_963E_E407));
        part.next();
        part
    }

    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A number in `0..bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    /// True in `percent` of 100 cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of `choices`.
    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}
