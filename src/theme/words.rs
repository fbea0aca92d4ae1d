//! The theme's words in a language: names, plural forms, days, and translations of words that the program itself says.
//!
//! A language is a file `i18n/LANGUAGE.toml`: words by key; tables of plural forms by the categories of CLDR (`one`,
//! `few`, `other`, …), where `{n}` stands for the number; and `[texts]`, whose keys are the English texts.

use crate::diagnostic::Diagnostic;
use crate::markdown::Labels;
use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Words in one language, with those of English where it lacks some.
#[derive(Debug, Default)]
pub struct Words {
    all: Map<String, Value>,
    texts: Map<String, Value>,
    locale: Option<Locale>,
}

impl Words {
    /// Reads English, then the language, then its variety (`pt`, `pt-BR`), of each the built-in file and then the site's
    /// `own`, each over those before it. `place` puts a mistake into its file.
    pub fn read(
        own: &BTreeMap<String, Vec<u8>>,
        language: &str,
        place: impl Fn(&str, Diagnostic, usize, usize) -> Diagnostic,
    ) -> (Self, Vec<Diagnostic>) {
        let (mut words, mut found) = (Self::default(), Vec::new());
        let primary = language.split('-').next().unwrap_or_default();
        let mut codes = vec!["en", primary, language];
        codes.dedup();
        let built_in = super::built_in();
        let paths: Vec<String> = codes.iter().map(|code| format!("i18n/{code}.toml")).collect();
        let files = paths.iter().flat_map(|path| [(path, built_in.get(path)), (path, own.get(path))]);
        for (path, bytes) in files {
            let Some(bytes) = bytes else { continue };
            match crate::data::parse_toml(&String::from_utf8_lossy(bytes)) {
                Ok(node) => {
                    let mut read = node.to_json().as_object().cloned().unwrap_or_default();
                    if let Some(Value::Object(texts)) = read.remove("texts") {
                        words.texts.extend(texts);
                    }
                    words.all.extend(read);
                }
                Err(errors) => found.extend(errors.into_iter().map(|error| {
                    let (start, end) = (error.span.start, error.span.end);
                    place(path, Diagnostic::error("theme/words", error.message), start, end)
                })),
            }
        }
        words.locale = Locale::try_from_str(language).ok();
        (words, found)
    }

    /// A word; a key that no language has is shown as it is.
    pub fn word<'a>(&'a self, key: &'a str) -> &'a str {
        self.all.get(key).and_then(Value::as_str).unwrap_or(key)
    }

    /// Whether there is a word or a counted word of that name.
    pub fn has(&self, key: &str) -> bool {
        self.all.contains_key(key)
    }

    /// A number with what it counts, in the form that the language has for it: `1 page`, `2 pages`.
    pub fn counted(&self, key: &str, count: usize) -> String {
        let text = match self.all.get(key) {
            Some(Value::String(text)) => text,
            Some(Value::Object(forms)) => {
                let form = forms.get(self.category(count)).or_else(|| forms.get("other"));
                form.and_then(Value::as_str).unwrap_or("{n}")
            }
            _ => return format!("{count} {key}"),
        };
        text.replace("{n}", &count.to_string())
    }

    /// A length of time as the language writes it: `38 min`, `2 h 5 min`, `3 d 4 h`.
    pub fn duration(&self, minutes: i64) -> String {
        let minutes = usize::try_from(minutes).unwrap_or_default();
        let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
        let part = |key: &str, count: usize| self.counted(key, count);
        let both = |more: String, less: String| {
            self.word("duration").replace("{more}", &more).replace("{less}", &less)
        };
        match (days, hours, rest) {
            (0, 0, minutes) => part("minutes", minutes),
            (0, hours, 0) => part("hours", hours),
            (0, hours, minutes) => both(part("hours", hours), part("minutes", minutes)),
            (days, 0, _) => part("days", days),
            (days, hours, _) => both(part("days", days), part("hours", hours)),
        }
    }

    /// A number with one place after the point, or the comma, of the language.
    pub fn decimal(&self, value: f64) -> String {
        format!("{value:.1}").replace('.', self.word("decimal"))
    }

    /// CLDR's name of a number's plural category.
    fn category(&self, count: usize) -> &'static str {
        // Made each time: that reads a table in the binary, and the rules could not be shared by threads.
        let rules = self.locale.as_ref().and_then(|locale| PluralRules::try_new_cardinal(locale.into()).ok());
        match rules.map(|rules| rules.category_for(count)) {
            Some(PluralCategory::Zero) => "zero",
            Some(PluralCategory::One) => "one",
            Some(PluralCategory::Two) => "two",
            Some(PluralCategory::Few) => "few",
            Some(PluralCategory::Many) => "many",
            Some(PluralCategory::Other) | None => "other",
        }
    }

    /// A day (`2026-03-14`) or a month (`2026-03`) in words; any other text as it is.
    pub fn day(&self, iso: &str) -> String {
        self.day_in_words(iso).unwrap_or_else(|| iso.to_owned())
    }

    fn day_in_words(&self, iso: &str) -> Option<String> {
        let mut parts = iso.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next());
        let index = month.parse::<usize>().ok()?.checked_sub(1)?;
        let name = self.all.get("months")?.as_array()?.get(index)?.as_str()?;
        let is_day = day.is_none_or(|day| day.len() == 2 && day.bytes().all(|byte| byte.is_ascii_digit()));
        let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
        if !is_day || !is_year || parts.next().is_some() {
            return None;
        }
        let pattern = self.word(if day.is_some() { "date" } else { "date_month" });
        let day = day.unwrap_or_default().trim_start_matches('0');
        Some(pattern.replace("{day}", day).replace("{month}", name).replace("{year}", year))
    }

    /// A point in time (`2026-03-14 09:02 UTC`) in words; anything else as it is: beside a day in
    /// words, its digits tell more than the same words again.
    pub fn moment(&self, iso: &str) -> String {
        let parts = iso.strip_suffix(" UTC").and_then(|rest| rest.split_once(' '));
        match parts.and_then(|(day, time)| Some((self.day_in_words(day)?, time))) {
            Some((day, time)) => self.word("date_time").replace("{date}", &day).replace("{time}", time),
            None => iso.to_owned(),
        }
    }

    /// A text that the program itself says in English, such as the name of a kind, in this language; any other as it is.
    pub fn label<'a>(&'a self, english: &'a str) -> &'a str {
        self.texts.get(english).and_then(Value::as_str).unwrap_or(english)
    }

    /// All words by key, for templates as `t`.
    pub fn to_json(&self) -> Value {
        Value::Object(self.all.clone())
    }

    /// A script with what it says in this language before it: only its own texts, since pages load each script with its
    /// words. Where its English is meant, the script alone.
    pub fn tell(&self, script: String) -> String {
        let mut told = self.texts.clone();
        told.retain(|english, text| {
            let differs = match text {
                Value::String(text) => text != english,
                // English counts by itself.
                Value::Object(forms) => forms.get("other").and_then(Value::as_str) != Some(english),
                _ => false,
            };
            differs && script.contains(&format!("\"{english}\""))
        });
        let Some(text) = serde_json::to_string(&told).ok().filter(|_| !told.is_empty()) else {
            return script;
        };
        // Line separators end a statement in old engines; JSON may hold them.
        let text = text.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
        format!("window.annalsStrings=Object.assign(window.annalsStrings||{{}},{text});\n{script}")
    }

    /// Everything that pages show, to tell whether it has changed.
    pub fn digest(&self, hasher: &mut blake3::Hasher) {
        for map in [&self.all, &self.texts] {
            hasher.update(&serde_json::to_vec(map).unwrap_or_default());
        }
    }
}

impl Labels for Words {
    fn label<'a>(&'a self, english: &'a str) -> &'a str {
        Words::label(self, english)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::built_in;
    use std::collections::BTreeSet;

    const LANGUAGES: [&str; 6] = ["en", "de", "fr", "es", "ja", "ar"];

    fn file(code: &str) -> Map<String, Value> {
        let bytes = built_in().remove(&format!("i18n/{code}.toml")).unwrap();
        let node = crate::data::parse_toml(std::str::from_utf8(&bytes).unwrap()).unwrap();
        node.to_json().as_object().unwrap().clone()
    }

    fn words(code: &str) -> Words {
        let (words, found) = Words::read(&BTreeMap::new(), code, |_, found, _, _| found);
        assert_eq!(found, [], "{code}");
        words
    }

    /// Places for values in a text, sorted.
    fn holes(text: &str) -> Vec<&str> {
        let mut found: Vec<&str> =
            text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect();
        found.sort_unstable();
        found
    }

    /// A text or the forms of one, each as a text.
    fn texts(value: &Value) -> Vec<&str> {
        match value {
            Value::String(text) => vec![text],
            Value::Object(forms) => forms.values().filter_map(Value::as_str).collect(),
            Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn every_language_has_the_same_keys_and_the_same_places_for_values() {
        let english = file("en");
        for code in LANGUAGES {
            let translated = file(code);
            let tables = [(&english, &translated), (&english, &translated)];
            let inner = |map: &Map<String, Value>| map["texts"].as_object().unwrap().clone();
            let (ours, theirs) = (inner(&english), inner(&translated));
            for (english, translated) in [tables[0], (&ours, &theirs)] {
                let keys = |map: &Map<String, Value>| map.keys().cloned().collect::<BTreeSet<_>>();
                let missing: Vec<_> = keys(english).difference(&keys(translated)).cloned().collect();
                let odd: Vec<_> = keys(translated).difference(&keys(english)).cloned().collect();
                assert!(
                    missing.is_empty() && odd.is_empty(),
                    "{code} lacks {missing:?}, has besides {odd:?}"
                );
                for (key, value) in english.iter().filter(|(key, _)| *key != "texts") {
                    let other = &translated[key];
                    assert_eq!(texts(value).is_empty(), texts(other).is_empty(), "{code}: {key}");
                    assert!(
                        texts(other).iter().all(|text| !text.trim().is_empty()),
                        "{code}: {key} is empty"
                    );
                    let whole = match value {
                        Value::Object(forms) => forms["other"].as_str().unwrap(),
                        _ => value.as_str().unwrap_or_default(),
                    };
                    for text in texts(other) {
                        // A form for one or two may say the number by itself: Arabic has a dual.
                        let may_lack = value.is_object() && matches!(holes(text).as_slice(), []);
                        assert!(may_lack || holes(text) == holes(whole), "{code}: {key}: {text}");
                    }
                }
            }
            assert_eq!(translated["months"].as_array().unwrap().len(), 12, "{code}");
        }
    }

    #[test]
    fn every_counted_word_has_each_form_of_its_language() {
        for code in LANGUAGES {
            let words = words(code);
            let wanted: BTreeSet<&str> = (0..=120).map(|count| words.category(count)).collect();
            let file = file(code);
            let inner = file["texts"].as_object().unwrap();
            for (key, value) in file.iter().chain(inner).filter(|(key, _)| *key != "texts") {
                let Value::Object(forms) = value else { continue };
                let has: BTreeSet<&str> = forms.keys().map(String::as_str).collect();
                assert!(has.contains("other"), "{code}: {key}");
                let missing: Vec<_> = wanted.difference(&has).collect();
                assert!(missing.is_empty(), "{code}: {key} lacks {missing:?}");
            }
        }
    }

    #[test]
    fn numbers_take_the_form_of_their_language() {
        assert_eq!([0, 1, 2].map(|n| words("en").counted("n_pages", n)), ["0 pages", "1 page", "2 pages"]);
        assert_eq!([0, 1, 2].map(|n| words("fr").counted("n_pages", n)), ["0 page", "1 page", "2 pages"]);
        let arabic = words("ar");
        let forms = [0, 1, 2, 3, 11, 100].map(|n| arabic.category(n));
        assert_eq!(forms, ["zero", "one", "two", "few", "many", "other"]);
        assert_eq!(words("de").counted("no_such", 3), "3 no_such");
    }

    #[test]
    fn a_length_of_time_is_read_at_a_glance_in_each_language() {
        let said = |code: &str| [0, 38, 60, 125, 1440, 4600].map(|minutes| words(code).duration(minutes));
        assert_eq!(said("en"), ["0 min", "38 min", "1 h", "2 h 5 min", "1 d", "3 d 4 h"]);
        assert_eq!(said("de"), ["0 Min.", "38 Min.", "1 Std.", "2 Std. 5 Min.", "1 Tg.", "3 Tg. 4 Std."]);
        assert_eq!(said("fr"), ["0 min", "38 min", "1 h", "2 h 5 min", "1 j", "3 j 4 h"]);
        assert_eq!(said("ja"), ["0 分", "38 分", "1 時間", "2 時間 5 分", "1 日", "3 日 4 時間"]);
        assert_eq!(said("ar"), ["0 د", "38 د", "1 س", "2 س و5 د", "يوم", "3 أيام و4 س"]);
        let days = [2, 11, 100].map(|days| words("ar").duration(days * 1440));
        assert_eq!(days, ["يومان", "11 يومًا", "100 يوم"]);
        assert_eq!(words("de").decimal(92.25), "92,2");
    }

    #[test]
    fn a_point_in_time_is_said_as_the_language_says_it() {
        let said = |code: &str| words(code).moment("2026-03-04 09:02 UTC");
        assert_eq!(said("en"), "4 Mar 2026, 09:02 UTC");
        assert_eq!(said("de"), "4. März 2026, 09:02 UTC");
        assert_eq!(said("ja"), "2026年3月4日 09:02 UTC");
        assert_eq!(words("en").moment("2026-03-04"), "2026-03-04");
        assert_eq!(words("en").moment("last week UTC"), "last week UTC");
    }

    #[test]
    fn a_day_is_said_as_the_language_says_it() {
        let day = |code: &str| words(code).day("2026-03-04");
        assert_eq!(day("en"), "4 Mar 2026");
        assert_eq!(day("de-AT"), "4. März 2026");
        assert_eq!(day("ja"), "2026年3月4日");
        assert_eq!(words("en").day("2026-03"), "Mar 2026");
        for odd in ["", "2026", "2026-13-01", "2026-03-14 09:02 UTC", "2026-W12", "a-01-02"] {
            assert_eq!(words("en").day(odd), odd);
        }
    }

    #[test]
    fn a_variety_of_a_language_takes_what_it_does_not_say_from_the_language_and_that_from_english() {
        let mut files = BTreeMap::new();
        files.insert(
            "i18n/pl.toml".into(),
            b"menu = \"Menu PL\"\n[texts]\nRunbook = \"Procedura\"\n".to_vec(),
        );
        files.insert("i18n/pl-PL.toml".into(), b"search = \"Szukaj\"\n".to_vec());
        let (words, _) = Words::read(&files, "pl-PL", |_, found, _, _| found);
        let found = ["search", "menu", "edit"].map(|key| words.word(key));
        assert_eq!(found, ["Szukaj", "Menu PL", "Edit this page"]);
        assert_eq!((words.label("Runbook"), words.label("Retro")), ("Procedura", "Retro"));
        let told = words.tell("say(\"Runbook\"); say(\"Retro\");".to_owned());
        let start =
            "window.annalsStrings=Object.assign(window.annalsStrings||{},{\"Runbook\":\"Procedura\"});\n";
        assert!(told.starts_with(start), "{told}");
        assert_eq!(words.tell("say(\"Retro\");".to_owned()), "say(\"Retro\");");
    }

    #[test]
    fn scripts_are_told_nothing_in_english_and_everything_they_say_is_in_the_files() {
        assert_eq!(words("en").tell("say(\"Copy\", \"{n} pages\")".into()), "say(\"Copy\", \"{n} pages\")");
        let known = file("en")["texts"].as_object().unwrap().clone();
        let said = regex::Regex::new(r#"\b(?:text|say)\("((?:[^"\\]|\\.)*)""#).unwrap();
        let more = regex::Regex::new(r#", "((?:[^"\\]|\\.)*\{n\}(?:[^"\\]|\\.)*)"\)"#).unwrap();
        let mut found = 0;
        for (path, bytes) in built_in() {
            if !path.ends_with(".js") || path.contains("offline-worker") {
                continue;
            }
            let script = String::from_utf8(bytes).unwrap();
            for text in said.captures_iter(&script).chain(more.captures_iter(&script)) {
                let text = &text[1];
                found += 1;
                // One of a number has a form in the table of the several.
                let singular = text.starts_with("1 ");
                assert!(
                    singular || known.contains_key(text),
                    "{path} says `{text}`, which no language file has"
                );
            }
        }
        assert!(found > 40, "{found}");
    }
}
