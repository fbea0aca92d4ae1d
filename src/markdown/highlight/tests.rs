#![allow(clippy::unwrap_used)]

use super::*;

#[test]
fn code_has_short_classes_and_is_escaped() {
    let html = Highlighter::default().html("rust", "fn a() -> &'static str { \"<b>\" } // x\n");
    assert!(html.contains("<span class=\"k\">fn </span>"), "{html}");
    assert!(html.contains("<span class=\"s\">&quot;&lt;b&gt;&quot; </span>"), "{html}");
    assert!(html.contains("<span class=\"c\">// x</span>"), "{html}");
}

#[test]
fn the_languages_of_operations_have_colours() {
    for lang in [
        "bash",
        "yaml",
        "toml",
        "json",
        "python",
        "go",
        "rust",
        "sql",
        "typescript",
        "dockerfile",
        "hcl",
        "terraform",
        "diff",
        "nginx",
        "powershell",
        "javascript",
        "html",
        "css",
        "ini",
        "xml",
        "java",
        "ruby",
        "c",
        "cpp",
        "makefile",
        "lua",
        "php",
        "kotlin",
        "graphql",
        "protobuf",
        "console",
        "promql",
    ] {
        assert!(Highlighter::knows(lang), "{lang}");
    }
    assert!(!Highlighter::knows("text"));
}

#[test]
fn syntaxes_of_the_house_are_sound() {
    for text in OWN {
        let own = SyntaxDefinition::load_from_str(text, true, None).unwrap();
        assert!(own.file_extensions.iter().all(|name| syntax(name).unwrap().syntax.name == own.name));
        for regex in OWN_SYNTAXES.syntaxes().iter().flat_map(|syntax| &syntax.first_line_match) {
            assert!(syntect::parsing::Regex::try_compile(regex).is_none(), "{regex}");
        }
    }
}

#[test]
fn lines_seen_before_are_coloured_as_if_they_were_new() {
    let blocks = [
        ("python", "x = 1\ndef f():\n    '''doc\n    x = 1\n    '''\n    return 1\n"),
        ("python", "'''\nx = 1\n'''\nx = 1\n    return 1\n"),
        ("bash", "cat <<EOF\nx = 1\nfi\nEOF\nif true; then\nfi\n"),
        ("bash", "if true; then\nfi\nx = 1\n"),
    ];
    let fresh = blocks.map(|(lang, code)| {
        std::thread::spawn(move || Highlighter::default().html(lang, code)).join().unwrap()
    });
    for _ in 0..2 {
        assert_eq!(blocks.map(|(lang, code)| Highlighter::default().html(lang, code)), fresh);
    }
}

#[test]
fn text_is_never_lost() {
    for (lang, code) in
        [("python", "def f(x):\n\treturn '''a\nb'''\n"), ("diff", "-a\n+b\n"), ("nope", "<a>")]
    {
        let html = Highlighter::default().html(lang, code);
        let mut text = String::new();
        let mut inside = false;
        for char in html.chars() {
            match char {
                '<' => inside = true,
                '>' => inside = false,
                _ if !inside => text.push(char),
                _ => {}
            }
        }
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
        assert_eq!(text.replace("&amp;", "&"), code);
    }
}
/// The code with `‹class:…›` for spans; white space, which goes on in the span before it, stands outside.
fn shown(lang: &str, code: &str) -> String {
    let html = Highlighter::default().html(lang, code);
    let html =
        html.replace("<span class=\"", "‹").replace("</span>", "›").replace("\">", ":").replace(" ›", "› ");
    html.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[test]
fn shell_is_coloured_as_runbooks_write_it() {
    let cases = [
        (
            "$ kubectl -n web get pods | grep -v Running # all\n",
            "$ ‹f:kubectl› -n web get pods | ‹f:grep› -v Running ‹c:# all›\n",
        ),
        ("for pod in $(list a); do\n", "‹k:for› pod ‹k:in› $(‹f:list› a); ‹k:do›\n"),
        (
            "if [ \"$a\" -ne 0 ]; then exit 1; fi\n",
            "‹k:if› ‹f:[› ‹s:\"›‹a:$a›‹s:\"› -ne 0 ‹f:]›; ‹k:then› ‹f:exit› 1; ‹k:fi›\n",
        ),
        ("A=1 B=\"x\" env\n", "‹a:A›=1 ‹a:B›=‹s:\"x\"› ‹f:env›\n"),
        (
            "curl -d 'a # b' http://x/#y 2>&1 && true\n",
            "‹f:curl› -d ‹s:'a # b'› http://x/#y 2>&1 && ‹f:true›\n",
        ),
        ("cat <<EOF | sh\n$x fi\nEOF\nfi\n", "‹f:cat› <<‹k:EOF› | ‹f:sh›\n‹a:$x› ‹s:fi›\n‹k:EOF›\n‹k:fi›\n"),
        ("f() { local n=${1:-x}; }\n", "‹f:f›() ‹k:{ local› ‹a:n›=‹a:${1:-x}›; ‹k:}›\n"),
    ];
    for (code, expected) in cases {
        assert_eq!(shown("bash", code), expected);
    }
}

#[test]
fn yaml_is_coloured() {
    let code = "# c\na: 1\n'b c': [x, true, \"y: z\"]\nurl: http://x:80/#y # c\nd: |\n  e: 1\nf: {g: &h 2}\n- *h\n- 1.2.3\n";
    let expected = "‹c:# c›\n‹t:a›: ‹n:1›\n‹t:'b c'›: [x, ‹n:true›, ‹s:\"y: z\"›]\n‹t:url›: http://x:80/#y ‹c:# c›\n‹t:d›: ‹k:|›\n  e: 1\n‹t:f›: {‹t:g›: ‹t:&h› ‹n:2›}\n- ‹a:*h›\n- 1.2.3\n";
    assert_eq!(shown("yaml", code), expected);
}

#[test]
fn python_is_coloured() {
    let code =
        "@app.get\ndef f(a: int = None):\n    '''Says\n    it.'''\n    return f\"{a!r} {g(1)}\" + 'x' # y\n";
    let expected = "‹a:@app.get›\n‹k:def› ‹f:f›(a: ‹t:int› = ‹n:None›):\n    ‹c:'''Says›\n    ‹c:it.'''›\n    ‹k:return f›‹s:\"›{a!r} {‹f:g›(‹n:1›)}‹s:\"› + ‹s:'x'› ‹c:# y›\n";
    assert_eq!(shown("python", code), expected);
}

#[test]
fn promql_is_coloured() {
    let code = "sum by (job) (rate(http_requests_total{code=~\"5..\"}[5m])) > 0.5\n";
    let expected =
        "‹f:sum› ‹k:by› (job) (‹f:rate›(http_requests_total{‹a:code›=~‹s:\"5..\"›}[‹n:5m›])) > ‹n:0.5›\n";
    assert_eq!(shown("promql", code), expected);
}
