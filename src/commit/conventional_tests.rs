use super::*;
use proptest::prelude::*;

fn footers<'a>(commit: &Conventional<'a>) -> Vec<(&'a str, &'a str)> {
    commit.footers.iter().map(|footer| (footer.token, footer.value)).collect()
}

/// The examples of the specification's own page, in its order.
#[test]
fn the_examples_of_the_specification_are_read_as_it_says() {
    let text = "feat: allow provided config object to extend other configs\n\nBREAKING CHANGE: `extends` key \
                in config file is now used for extending other config files";
    let commit = parse(text).unwrap();
    assert_eq!((commit.kind, commit.scope, commit.bang), ("feat", None, false));
    assert_eq!(commit.description, "allow provided config object to extend other configs");
    assert_eq!(commit.body, None);
    assert!(commit.breaking().unwrap().starts_with("`extends` key in config file"));

    let commit = parse("feat!: send an email to the customer when a product is shipped").unwrap();
    assert_eq!(commit.breaking(), Some("send an email to the customer when a product is shipped"));

    let commit = parse("feat(api)!: send an email to the customer when a product is shipped").unwrap();
    assert_eq!((commit.scope, commit.bang), (Some("api"), true));

    let text = "chore!: drop support for Node 6\n\nBREAKING CHANGE: use JavaScript features not available in \
                Node 6.";
    let commit = parse(text).unwrap();
    assert_eq!(commit.breaking(), Some("use JavaScript features not available in Node 6."));

    assert_eq!(parse("docs: correct spelling of CHANGELOG").unwrap().body, None);
    assert_eq!(parse("feat(lang): add Polish language").unwrap().scope, Some("lang"));

    let text = "fix: prevent racing of requests\n\nIntroduce a request id and a reference to latest request. \
                Dismiss\nincoming responses other than from latest request.\n\nRemove timeouts which were used \
                to mitigate the racing issue but are\nobsolete now.\n\nReviewed-by: Z\nRefs: #123\n";
    let commit = parse(text).unwrap();
    assert!(commit.body.unwrap().starts_with("Introduce") && commit.body.unwrap().ends_with("obsolete now."));
    assert_eq!(footers(&commit), [("Reviewed-by", "Z"), ("Refs", "#123")]);

    let text = "revert: let us never again speak of the noodle incident\n\nRefs: 676104e, a215868";
    assert_eq!(footers(&parse(text).unwrap()), [("Refs", "676104e, a215868")]);
}

#[test]
fn type_is_any_case_but_breaking_change_is_upper_case_only() {
    assert!(parse("FEAT: x").unwrap().is("feat"));
    assert_eq!(parse("fix: x\n\nbreaking change: y").unwrap().breaking(), None);
    assert_eq!(parse("fix: x\n\nBREAKING-CHANGE: y").unwrap().breaking(), Some("y"));
    assert_eq!(parse("fix: x\n\nBREAKING CHANGE #y").unwrap().breaking(), None);
}

#[test]
fn a_footer_value_runs_over_lines_and_blank_lines_until_the_next_token() {
    let text = "feat: x\n\nbody\n\nBREAKING CHANGE: one\ntwo\n\nthree\n\nReviewed-by: A\nFixes #12\n";
    let commit = parse(text).unwrap();
    assert_eq!(
        footers(&commit),
        [("BREAKING CHANGE", "one\ntwo\n\nthree"), ("Reviewed-by", "A"), ("Fixes", "12")]
    );
    assert_eq!(commit.body, Some("body"));
}

#[test]
fn prose_with_a_colon_in_the_middle_of_a_body_is_no_footer() {
    let commit = parse("fix: x\n\nNote: this is prose.\n\nAnd it goes on.\n\nRefs: #1").unwrap();
    assert_eq!(footers(&commit), [("Refs", "#1")]);
    assert_eq!(commit.body, Some("Note: this is prose.\n\nAnd it goes on."));
    assert_eq!(footers(&parse("fix: x\n\nhttps://a.example/b").unwrap()), []);
    assert_eq!(footers(&parse("fix: x\n\n# heading").unwrap()), []);
}

#[test]
fn trailers_that_git_wrote_are_found_below_prose_of_the_same_paragraph() {
    let commit = parse("fix: x\n\nsome words\nCo-authored-by: A <a@b.c>\nSigned-off-by: B <b@b.c>").unwrap();
    assert_eq!(footers(&commit), [("Co-authored-by", "A <a@b.c>"), ("Signed-off-by", "B <b@b.c>")]);
    assert_eq!(commit.body, Some("some words"));
    let commit = parse("fix: x\n\nRefs: #4\n(cherry picked from commit abc)\nSigned-off-by: B").unwrap();
    assert_eq!(footers(&commit), [("Refs", "#4"), ("Signed-off-by", "B")]);
}

#[test]
fn what_does_not_conform_says_why_and_where() {
    let fault = |text: &str| parse(text).map_err(|error| (error.fault, error.at)).unwrap_err();
    assert_eq!(fault(""), (Fault::Empty, 0));
    assert_eq!(fault("Merge branch 'x'"), (Fault::NoType, 5));
    assert_eq!(fault("word"), (Fault::NoType, 0));
    assert_eq!(fault("feat (x): y"), (Fault::BadType, 4));
    assert_eq!(fault("feat(): y"), (Fault::BadScope, 5));
    assert_eq!(fault("feat(a: y"), (Fault::BadScope, 4));
    assert_eq!(fault("feat(a(b)): y"), (Fault::BadScope, 6));
    assert_eq!(fault("feat(a) y"), (Fault::NoColon, 7));
    assert_eq!(fault("feat:y"), (Fault::NoSpace, 5));
    assert_eq!(fault("feat: "), (Fault::NoDescription, 5));
    assert_eq!(fault(": y"), (Fault::NoType, 0));
    assert_eq!(fault("\n\nfeat:y"), (Fault::NoSpace, 7));
}

#[test]
fn a_missing_blank_line_is_a_fault_but_the_type_counts() {
    let commit = parse("fix: x\nbody\nBREAKING CHANGE: y").unwrap();
    assert_eq!(commit.faults, [Fault::NoBlankLine, Fault::BreakingInBody]);
    assert_eq!((commit.body, commit.breaking()), (Some("body"), Some("y")));
}

fn noun() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9-]{0,8}"
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC*(\n\\PC*){0,6}") {
        let _ = parse(&text);
    }

    #[test]
    fn near_misses_do_not_panic(text in "(feat|BREAKING CHANGE|[(:!) #\n-]|é){0,24}") {
        if let Ok(commit) = parse(&text) {
            prop_assert!(!commit.description.is_empty());
        }
    }

    #[test]
    fn what_is_written_by_the_grammar_is_read_back(
        kind in noun(), scope in proptest::option::of(noun()), bang: bool,
        description in "[A-Za-z][A-Za-z0-9 ,.]{0,30}[a-z]",
        body in proptest::option::of("[A-Z][a-z ]{0,20}[a-z]\\.(\n[A-Z][a-z ]{0,20}\\.){0,2}"),
        footers in proptest::collection::vec(("[A-Z][a-z]{1,8}(-[a-z]{1,5})?", "[a-z][a-z 0-9]{0,12}[a-z]"), 0..4),
    ) {
        let mut text = kind.clone();
        if let Some(scope) = &scope { text += &format!("({scope})"); }
        if bang { text.push('!'); }
        text += &format!(": {description}\n");
        if let Some(body) = &body { text += &format!("\n{body}\n"); }
        if !footers.is_empty() { text.push('\n'); }
        for (token, value) in &footers { text += &format!("{token}: {value}\n"); }
        let commit = parse(&text).unwrap();
        prop_assert_eq!(commit.kind, kind);
        prop_assert_eq!(commit.scope.map(str::to_owned), scope);
        prop_assert_eq!(commit.bang, bang);
        prop_assert_eq!(commit.description, description.trim());
        prop_assert_eq!(commit.body.map(str::to_owned), body);
        let read: Vec<_> = commit.footers.iter().map(|f| (f.token.to_owned(), f.value.to_owned())).collect();
        prop_assert_eq!(read, footers);
        prop_assert!(commit.faults.is_empty());
    }
}
