//! The numbers of the ranking. `docs` (`content/reference/search.md`) explains them; the client
//! has the same ones, and both use nothing but `+ - * /`, which IEEE 754 makes exact, so that
//! both come to the same scores to the last bit.

/// Saturation of frequencies in BM25 (Robertson and Zaragoza 2009, section 3.3).
pub(super) const K1: f64 = 2.0;
/// How much a long page's frequencies count for less.
pub(super) const B: f64 = 0.85;
/// Weight of a field in BM25F (Robertson, Zaragoza and Taylor 2004), in the order of `Field`.
const FIELDS: [f64; 6] = [6.0, 6.0, 2.0, 0.9, 0.7, 3.0];
/// Part of the best section's score.
pub(super) const SECTION: f64 = 0.4;
/// Part of the evidence of words that stand together.
pub(super) const NEAR: f64 = 0.65;
/// Part of the evidence of the title.
pub(super) const TITLE: f64 = 2.0;
/// Weight of a stop word beside other words.
pub(super) const STOP: f64 = 0.06;
/// Weight of a joined form besides its words.
pub(super) const JOINED: f64 = 1.0;
/// Factor on the weight of an identifier's words where the site has it as a whole.
pub(super) const WITHIN: f64 = 0.3;
/// Factor of two words written as one.
pub(super) const APART: f64 = 0.9;
/// Factor on the evidence of a title that the query is, word for word.
pub(super) const WHOLE_TITLE: f64 = 2.5;
/// Factor of another form of a word's stem.
pub(super) const STEM: f64 = 0.72;
/// Factor of a word with another ending, for a form that the site lacks.
pub(super) const ENDING: f64 = 0.9;
/// Factor of a word that starts with the last word.
pub(super) const PREFIX: f64 = 0.85;
/// Factor of a word at one edit.
pub(super) const TYPO: f64 = 0.55;
/// Factor of each further word at a slip's distance on that of the likelier one before it.
pub(super) const LIKELIHOOD: f64 = 0.6;
/// What the words of one compound weigh together, at most: a pasted address is not worth ten words.
const COMPOUND: f64 = 2.5;
/// Factor of a synonym.
pub(super) const SYNONYM: f64 = 0.55;
/// How much of a page's score hangs on having all of the query.
pub(super) const COVERAGE: f64 = 0.05;
/// A word's rarity counts the pages that have it in a form of at least this share of the best form's factor: common
/// synonyms make a word no less telling.
pub(super) const COUNTED: f64 = 0.7;
/// How many pages get the evidence of positions.
pub(super) const RERANKED: usize = 120;

/// A field's weight.
pub(super) fn field(field: u8) -> f64 {
    FIELDS.get(usize::from(field)).copied().unwrap_or(0.0)
}

/// The weight of a word of a compound of so many.
pub(super) fn part(words: usize) -> f64 {
    let share = COMPOUND / words as f64;
    if share < 1.0 { share } else { 1.0 }
}

/// Whether a field's frequencies are scaled by the page's length: prose and code are.
pub(super) fn is_scaled(field: u8) -> bool {
    field == 3 || field == 4
}

/// The divisor for a page's length over the mean.
pub(super) fn length_norm(length: f64) -> f64 {
    1.0 - B + B * length
}

/// Saturated frequency.
pub(super) fn saturate(frequency: f64) -> f64 {
    frequency * (K1 + 1.0) / (frequency + K1)
}

/// Inverse document frequency, never negative: `ln(1 + (N - n + 0.5) / (n + 0.5))`.
pub(super) fn idf(pages: usize, with: usize) -> f64 {
    let (pages, with) = (pages as f64, with as f64);
    ln(1.0 + (pages - with + 0.5) / (with + 0.5))
}

/// The natural logarithm of a number from 1, by halving and the series of artanh: libraries differ
/// in the last bit, which would make two equal pages change places between the readers.
fn ln(mut value: f64) -> f64 {
    let mut halvings = 0.0;
    while value >= 2.0 {
        value /= 2.0;
        halvings += 1.0;
    }
    let y = (value - 1.0) / (value + 1.0);
    let square = y * y;
    let mut power = y;
    let mut sum = 0.0;
    let mut odd = 1.0;
    while odd < 20.0 {
        sum += power / odd;
        power *= square;
        odd += 2.0;
    }
    halvings * std::f64::consts::LN_2 + 2.0 * sum
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_logarithm_is_one() {
        for value in [1.0, 1.5, 1.99, 2.0, 10.0, 12345.0] {
            assert!((super::ln(value) - f64::ln(value)).abs() < 1e-9);
        }
    }
}
