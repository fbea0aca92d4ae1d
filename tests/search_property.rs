//! What must hold for any text and any query, in any script.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use annals::config::search::SearchConfig;
use annals::search::reader::{Error, Index, Store, store::Memory};
use annals::search::{Document, IndexFile, Section, analyze, build, query, token};
use proptest::prelude::*;

fn document(number: usize, text: &str, code: &str) -> Document {
    Document {
        url: format!("page-{number}/"),
        title: format!("Page {number}"),
        sections: vec![Section { text: text.into(), code: code.into(), ..Section::default() }],
        ..Document::default()
    }
}

fn index(texts: &[String]) -> Vec<IndexFile> {
    let config = SearchConfig::default();
    build(
        texts
            .iter()
            .enumerate()
            .map(|(number, text)| analyze(&document(number, text, text), &config))
            .collect(),
        &config,
    )
}

/// A store whose files are cut at a share of their length.
struct Cut(Memory, usize);

impl Store for Cut {
    fn load(&self, name: &str) -> Result<Vec<u8>, Error> {
        let file = self.0.load(name)?;
        // At least the end of the call is cut: without the line break after it the file is still whole.
        let end = (file.len() * self.1 / 100).min(file.len() - 4);
        if name == "root" { Ok(file) } else { Ok(file[..end].to_vec()) }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn every_word_of_a_page_finds_it(texts in proptest::collection::vec("\\PC{0,60}", 1..4)) {
        let store = Memory::new(index(&texts));
        let reader = Index::open(&store).unwrap();
        for (number, text) in texts.iter().enumerate() {
            let mut words = Vec::new();
            token::compounds(text, &mut |compound| words.push(text[compound.start..compound.end].to_string()));
            for word in words {
                let found = reader.search(&query::parse(&word)).unwrap();
                let urls: Vec<String> = found.hits.iter().map(|hit| reader.facts(hit.page).unwrap().url).collect();
                prop_assert!(urls.contains(&format!("page-{number}/")), "{word:?} does not find {text:?}");
            }
        }
    }

    #[test]
    fn any_query_is_answered(texts in proptest::collection::vec("[a-c é数]{0,30}", 1..4), text in "\\PC{0,60}") {
        let store = Memory::new(index(&texts));
        let reader = Index::open(&store).unwrap();
        for hit in reader.search(&query::parse(&text)).unwrap().hits {
            prop_assert!(hit.score.is_finite());
            reader.text(hit.page).unwrap();
        }
    }

    #[test]
    fn the_same_pages_give_the_same_bytes(texts in proptest::collection::vec("\\PC{0,60}", 1..5)) {
        let config = SearchConfig::default();
        let pages: Vec<_> =
            texts.iter().enumerate().map(|(number, text)| analyze(&document(number, text, ""), &config)).collect();
        let backwards = pages.iter().rev().cloned().collect();
        prop_assert_eq!(build(pages, &config), build(backwards, &config));
    }

    #[test]
    fn a_cut_file_is_an_error_and_no_panic(share in 0usize..100) {
        let texts = ["upstream connect error".to_string(), "edge proxy".to_string()];
        let store = Cut(Memory::new(index(&texts)), share);
        let reader = Index::open(&store).unwrap();
        prop_assert!(matches!(reader.search(&query::parse("edge")), Err(Error::Damaged(_))));
    }
}

#[test]
fn stems_of_nine_languages_meet() {
    for (lang, text, asked) in [
        ("en", "the servers were restarting", "restarted server"),
        ("de", "Die Verbindungen wurden zurückgesetzt, Fehlermeldungen folgten", "verbindung fehlermeldung"),
        ("fr", "Les connexions ont été refusées", "connexion refusée"),
        ("es", "Las conexiones fueron rechazadas", "conexión rechazada"),
        ("pt", "As conexões foram recusadas", "recusada"),
        ("it", "Le connessioni sono state rifiutate", "connessione rifiutata"),
        ("nl", "De verbindingen werden geweigerd", "verbinding"),
        ("sv", "Anslutningarna avvisades av servrarna", "anslutning"),
        ("ru", "Соединения были отклонены серверами", "соединение сервер"),
    ] {
        let config = SearchConfig::default();
        let mut page = document(0, text, "");
        page.lang = lang.into();
        // The form that is asked for stands on another page, as on any site of some size.
        let mut other = document(1, asked, "");
        other.lang = lang.into();
        let store = Memory::new(build(vec![analyze(&page, &config), analyze(&other, &config)], &config));
        let reader = Index::open(&store).unwrap();
        let hits = reader.search(&query::parse(&format!("{asked} "))).unwrap().hits;
        assert_eq!(hits.len(), 2, "{lang}");
    }
}

#[test]
fn a_form_that_the_site_lacks_finds_the_other_forms() {
    let config = SearchConfig::default();
    let store =
        Memory::new(build(vec![analyze(&document(0, "the servers were restarting", ""), &config)], &config));
    let reader = Index::open(&store).unwrap();
    assert_eq!(reader.search(&query::parse("restarted ")).unwrap().hits.len(), 1);
}

#[test]
fn words_of_scripts_without_spaces_are_found_inside_a_sentence() {
    let texts = [
        "数据库连接失败，请重新启动服务",
        "データベースに接続できません",
        "데이터베이스연결실패",
        "ฐานข้อมูลล่ม",
    ]
    .map(String::from);
    let store = Memory::new(index(&texts));
    let reader = Index::open(&store).unwrap();
    for (number, word) in ["连接失败", "接続", "연결", "ข้อมูล"].into_iter().enumerate() {
        let hits = reader.search(&query::parse(word)).unwrap().hits;
        let first = hits.first().map(|hit| reader.facts(hit.page).unwrap().url);
        assert_eq!(first.as_deref(), Some(format!("page-{number}/").as_str()), "{word}");
    }
}

#[test]
fn of_two_spellings_of_an_identifier_the_one_that_is_typed_comes_first() {
    let texts =
        ["a self-signed self-signed one", "set selfSigned there", "set self_signed there", "another page"]
            .map(String::from);
    let store = Memory::new(index(&texts));
    let reader = Index::open(&store).unwrap();
    for (typed, page) in [("selfSigned", 1), ("self_signed", 2)] {
        let hits = reader.search(&query::parse(typed)).unwrap().hits;
        assert_eq!(hits.len(), 3, "all spellings are found");
        assert_eq!(reader.facts(hits[0].page).unwrap().url, format!("page-{page}/"), "{typed}");
    }
}
