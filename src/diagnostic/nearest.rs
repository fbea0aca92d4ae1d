//! The nearest known name to one that is not known, for "did you mean".

/// The candidate closest to `name` by edit distance (transpositions count as one), if it is close
/// enough to be meant: at most a third of its length, and at least one edit is always allowed.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.chars().count() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        .map(|candidate| (strsim::osa_distance(&name.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|&(distance, candidate)| (distance, candidate))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_finds_its_word_and_a_stranger_finds_none() {
        let known = ["title", "date", "services"];
        assert_eq!(nearest("titel", known), Some("title"));
        assert_eq!(nearest("service", known), Some("services"));
        assert_eq!(nearest("sidebar_position", known), None);
    }
}
