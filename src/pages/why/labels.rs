//! Where the labels of marks stand, so that no label covers another and no leader crosses one. Marks lie on a line; the
//! leader of each goes away from it to its label, which stands at some level to the right or to the left of the leader.

/// Room between two labels, and between a label and a leader, in units of the picture.
pub const GAP: f64 = 10.0;
/// How far a label stands from its own leader, in units of the picture.
pub const INDENT: f64 = 10.0;

/// A label that wants to be placed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wanted {
    /// Where its leader is.
    pub x: f64,
    /// How wide it is.
    pub width: f64,
}

/// Where a label stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    /// How many labels can stand between it and the line.
    pub level: usize,
    /// Whether it stands to the left of its leader.
    pub is_left: bool,
}

/// The span that a label takes at its level, its leader included.
#[must_use]
pub fn taken(wanted: Wanted, placed: Placed) -> (f64, f64) {
    let reach = INDENT + wanted.width;
    if placed.is_left { (wanted.x - reach, wanted.x) } else { (wanted.x, wanted.x + reach) }
}

/// Most attempts to find a place for every label, from each end and to each side.
const ATTEMPTS_MAX: usize = 6;

/// Places labels within `0..width`, as near to the line as they fit, at `levels` levels at most. `None`: there is no room for
/// this one; its mark stands without. One after the other is given the first place that is free; those that find none go
/// first in the next attempt. The attempt that leaves the fewest without a place is taken.
#[must_use]
pub fn place(wanted: &[Wanted], width: f64, levels: usize) -> Vec<Option<Placed>> {
    let mut from_left: Vec<usize> = (0..wanted.len()).collect();
    from_left.sort_by(|one, other| wanted[*one].x.total_cmp(&wanted[*other].x));
    let from_right: Vec<usize> = from_left.iter().rev().copied().collect();
    let mut best = vec![None; wanted.len()];
    for (order, sides) in [
        (&from_right, [false, true]),
        (&from_left, [false, true]),
        (&from_right, [true, false]),
        (&from_left, [true, false]),
    ] {
        let mut order = order.clone();
        for _ in 0..ATTEMPTS_MAX {
            let placed = attempt(wanted, width, levels, &order, sides);
            if cost(&placed) < cost(&best) {
                best.clone_from(&placed);
            }
            if cost(&best).0 == 0 {
                return best;
            }
            order.sort_by_key(|index| placed[*index].is_some());
        }
    }
    best
}

/// How many are without a place, and how far away the others are.
fn cost(placed: &[Option<Placed>]) -> (usize, usize) {
    let without = placed.iter().filter(|at| at.is_none()).count();
    (without, placed.iter().flatten().map(|at| at.level).sum())
}

fn attempt(wanted: &[Wanted], width: f64, levels: usize, order: &[usize], sides: [bool; 2]) -> Vec<Option<Placed>> {
    let mut placed: Vec<Option<Placed>> = vec![None; wanted.len()];
    for index in order {
        let choices = (0..levels).flat_map(|level| sides.map(|is_left| Placed { level, is_left }));
        let fits = |choice: &Placed| {
            let (from, to) = taken(wanted[*index], *choice);
            let others = placed.iter().enumerate().filter_map(|(other, at)| Some((wanted[other], (*at)?)));
            from >= 0.0 && to <= width && others.into_iter().all(|other| is_clear((wanted[*index], *choice), other))
        };
        let chosen = choices.into_iter().find(fits);
        placed[*index] = chosen;
    }
    placed
}

/// Whether two labels with their leaders leave each other alone.
#[must_use]
pub fn is_clear(one: (Wanted, Placed), other: (Wanted, Placed)) -> bool {
    let ((_, at), (_, other_at)) = (one, other);
    match at.level.cmp(&other_at.level) {
        std::cmp::Ordering::Equal => {
            let ((from, to), (other_from, other_to)) = (taken(one.0, at), taken(other.0, other_at));
            to + GAP <= other_from || other_to + GAP <= from
        }
        std::cmp::Ordering::Less => !is_crossed(one, other.0.x),
        std::cmp::Ordering::Greater => !is_crossed(other, one.0.x),
    }
}

/// Whether a leader at `x` that goes on beyond the level of a label crosses it.
fn is_crossed((wanted, placed): (Wanted, Placed), x: f64) -> bool {
    let (from, to) = taken(wanted, placed);
    from - GAP < x && x < to + GAP
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_first_of_two_neighbours_steps_back() {
        let wanted = [Wanted { x: 10.0, width: 218.0 }, Wanted { x: 69.0, width: 106.0 }];
        let placed = place(&wanted, 1_136.0, 4);
        assert_eq!(placed[1], Some(Placed { level: 0, is_left: false }));
        assert_eq!(placed[0], Some(Placed { level: 1, is_left: false }));
    }

    #[test]
    fn at_the_right_end_a_label_stands_to_the_left() {
        let placed = place(&[Wanted { x: 1_100.0, width: 134.0 }], 1_136.0, 4);
        assert_eq!(placed, [Some(Placed { level: 0, is_left: true })]);
    }

    proptest! {
        #[test]
        fn no_label_covers_another_and_no_leader_crosses_one(
            wanted in prop::collection::vec((0.0..1_136.0_f64, 20.0..260.0_f64), 0..24)
        ) {
            let wanted: Vec<Wanted> = wanted.into_iter().map(|(x, width)| Wanted { x, width }).collect();
            let placed = place(&wanted, 1_136.0, 5);
            let all: Vec<_> = wanted.iter().zip(&placed).filter_map(|(wanted, at)| Some((*wanted, (*at)?))).collect();
            for (index, one) in all.iter().enumerate() {
                let (from, to) = taken(one.0, one.1);
                prop_assert!(from >= 0.0 && to <= 1_136.0);
                for other in &all[index + 1..] {
                    prop_assert!(is_clear(*one, *other), "{one:?} {other:?}");
                }
            }
        }
    }
}
