//! Spans of days as authors write them: `90d`, `6 months`, `2 weeks`, `1y`.

/// The number of days of a period; a month has 30 days, a year 365.
pub fn days(text: &str) -> Option<u32> {
    let text = text.trim().to_lowercase();
    let split = text.find(|char: char| !char.is_ascii_digit())?;
    let (number, unit) = text.split_at(split);
    let number: u32 = number.parse().ok()?;
    let factor = match unit.trim() {
        "d" | "day" | "days" => 1,
        "w" | "week" | "weeks" => 7,
        "m" | "month" | "months" => 30,
        "y" | "year" | "years" => 365,
        _ => return None,
    };
    number.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::days;

    #[test]
    fn periods_are_days() {
        assert_eq!(days("90d"), Some(90));
        assert_eq!(days("6 months"), Some(180));
        assert_eq!(days("1y"), Some(365));
        for text in ["", "d", "90", "soon", "99999999999d"] {
            assert_eq!(days(text), None, "{text}");
        }
    }
}
