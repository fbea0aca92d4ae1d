//! Distance between words that counts a swap of neighbours as one slip.

/// Edits (insert, delete, replace, swap neighbours; optimal string alignment, Boytsov 2011,
/// section 2.1) from `a` to `b`, if at most `limit`.
pub fn distance(a: &[char], b: &[char], limit: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let width = b.len() + 1;
    let mut before_last: Vec<usize> = vec![0; width];
    let mut last: Vec<usize> = (0..width).collect();
    let mut row: Vec<usize> = vec![0; width];
    let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
    let mut previous_a = None;
    for (i, &char_a) in a.iter().enumerate() {
        let mut least = i + 1;
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        let mut previous_b = None;
        for (j, &char_b) in b.iter().enumerate() {
            let replace = at(&last, j) + usize::from(char_a != char_b);
            let mut best = replace.min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            if previous_a == Some(char_b) && previous_b == Some(char_a) {
                best = best.min(at(&before_last, j.wrapping_sub(1)) + 1);
            }
            if let Some(cell) = row.get_mut(j + 1) {
                *cell = best;
            }
            least = least.min(best);
            previous_b = Some(char_b);
        }
        if least > limit {
            return None;
        }
        previous_a = Some(char_a);
        std::mem::swap(&mut before_last, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    last.last().copied().filter(|&distance| distance <= limit)
}

/// A bit for each letter that a word has, by its code modulo 32. One edit changes at most two
/// of these bits, which tells most words apart without looking at them.
pub fn letters(word: &[char]) -> u32 {
    word.iter().fold(0, |bits, &char| bits | 1 << (u32::from(char) & 31))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_the_known_distance(a in "[abc]{0,8}", b in "[abc]{0,8}", limit in 0usize..3) {
            let known = strsim::osa_distance(&a, &b);
            let a: Vec<char> = a.chars().collect();
            let b: Vec<char> = b.chars().collect();
            prop_assert_eq!(distance(&a, &b, limit), (known <= limit).then_some(known));
            if known <= limit {
                prop_assert!((letters(&a) ^ letters(&b)).count_ones() as usize <= 2 * limit);
            }
        }
    }
}
