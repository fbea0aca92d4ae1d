//! What is sent is what its receivers take: within the limits that they publish, whatever titles and texts say.

use crate::site::{HOSTILE, Kb, Receiver, SLACK, retro};
use mail_parser::MessageParser;
use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

fn channel(kind: &str, rest: &str) -> String {
    SLACK.replace("\"slack\"", &format!("\"{kind}\"")) + rest
}

const DIGEST: &str = "digest = { days = [\"monday\"] }\n";

/// The bodies that a channel of a type gets, alone and in a digest, of hostile, long and many news.
fn bodies(kind: &str) -> Vec<Value> {
    let mut all = Vec::new();
    for digest in ["", DIGEST] {
        let receiver = Receiver::new();
        let mut kb = Kb::new(&format!("most = 100\n{}", channel(kind, digest)));
        kb.set("TEAM_URL", &receiver.url);
        kb.succeed(&[]);
        let long = format!("Long {}", "wörd<&> ".repeat(2000));
        kb.write(
            "content/retros/hostile.md",
            &retro(HOSTILE, "2026-05-01").replace("Some words on it.", HOSTILE),
        );
        kb.write("content/retros/long.md", &retro(&long, "2026-05-02").replace("Some words on it.", &long));
        for number in 0..58 {
            let text = format!("{HOSTILE} ").repeat(20);
            kb.write(
                &format!("content/retros/n{number}.md"),
                &retro(&format!("Incident {number} 🚒"), "2026-05-03").replace("Some words on it.", &text),
            );
        }
        kb.succeed(&[]);
        let got = receiver.got();
        assert!(got.iter().all(|request| request.header("content-type") == Some("application/json")));
        let told: usize = got
            .iter()
            .map(|request| (0..58).filter(|n| request.body.contains(&format!("Incident {n} "))).count())
            .sum();
        assert_eq!(told, 58, "{kind}: each is told once, whatever message it is in");
        all.extend(got.iter().map(|request| request.json()));
    }
    assert!(all.len() > 60, "{}", all.len());
    all
}

fn count(value: &Value) -> usize {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).chars().count()
}

/// Every text of a value.
fn texts<'a>(value: &'a Value, into: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => into.push(text),
        Value::Array(list) => list.iter().for_each(|value| texts(value, into)),
        Value::Object(map) => map.values().for_each(|value| texts(value, into)),
        _ => {}
    }
}

fn no_steering(body: &Value) {
    let mut all = Vec::new();
    texts(body, &mut all);
    for text in all {
        assert!(!text.contains(['\u{202E}', '\u{2066}', '\r', '\0']), "{text}");
    }
}

#[test]
fn slack_gets_blocks_within_their_limits() {
    for body in bodies("slack") {
        no_steering(&body);
        let text = body.to_string();
        for mention in ["<!", "<@", "<#", "javascript:x|"] {
            assert!(!text.contains(mention), "{mention}: {text}");
        }
        assert!((1..=3000).contains(&count(&body["text"])), "the fallback");
        let blocks = body["blocks"].as_array().unwrap();
        assert!((1..=50).contains(&blocks.len()), "{}", blocks.len());
        for block in blocks {
            match block["type"].as_str().unwrap() {
                "header" => {
                    assert_eq!(block["text"]["type"], "plain_text");
                    assert!((1..=150).contains(&count(&block["text"]["text"])));
                }
                "section" => {
                    assert_eq!(block["text"]["type"], "mrkdwn");
                    assert!((1..=3000).contains(&count(&block["text"]["text"])));
                    // Every `<` begins a link of ours, and each is closed.
                    let text = block["text"]["text"].as_str().unwrap();
                    for rest in text.split('<').skip(1) {
                        let link = rest.split('>').next().unwrap();
                        assert!(link.starts_with("https://kb.example.org/") && link.contains('|'), "{text}");
                    }
                    assert_eq!(text.matches('<').count(), text.matches('>').count(), "{text}");
                }
                "context" => {
                    let elements = block["elements"].as_array().unwrap();
                    assert!((1..=10).contains(&elements.len()));
                }
                other => panic!("{other}"),
            }
        }
    }
}

/// The parts of an Adaptive Card that we use, held to its schema (version 1.5): no other keys, and these values.
fn is_card(card: &Value) {
    let keys = |value: &Value, allowed: &[&str]| {
        for key in value.as_object().unwrap().keys() {
            assert!(allowed.contains(&key.as_str()), "{key} in {value}");
        }
    };
    keys(card, &["$schema", "type", "version", "body", "actions"]);
    assert_eq!((&card["type"], &card["version"]), (&"AdaptiveCard".into(), &"1.5".into()));
    for block in card["body"].as_array().unwrap() {
        keys(block, &["type", "text", "wrap", "weight", "size"]);
        assert_eq!((&block["type"], &block["wrap"]), (&"TextBlock".into(), &true.into()));
        assert!(count(&block["text"]) > 0);
        assert!(block.get("weight").is_none_or(|weight| weight == "Bolder"));
        assert!(block.get("size").is_none_or(|size| size == "Medium"));
    }
    for action in card["actions"].as_array().unwrap() {
        keys(action, &["type", "title", "url"]);
        assert_eq!(action["type"], "Action.OpenUrl");
        assert!(action["url"].as_str().unwrap().starts_with("https://kb.example.org/"));
    }
}

#[test]
fn teams_gets_an_adaptive_card_within_28_kilobytes() {
    for body in bodies("teams") {
        no_steering(&body);
        assert!(body.to_string().len() <= 28_000, "{}", body.to_string().len());
        assert_eq!(body["type"], "message");
        let attachment = &body["attachments"][0];
        assert_eq!(attachment["contentType"], "application/vnd.microsoft.card.adaptive");
        is_card(&attachment["content"]);
        assert!(!body.to_string().contains("](javascript"), "{body}");
    }
}

#[test]
fn discord_gets_embeds_within_their_limits_that_call_nobody() {
    for body in bodies("discord") {
        no_steering(&body);
        assert_eq!(body["allowed_mentions"], serde_json::json!({ "parse": [] }));
        assert!(count(&body["content"]) <= 2000);
        let embeds = body["embeds"].as_array().unwrap();
        assert!((1..=10).contains(&embeds.len()));
        let mut all = 0;
        for embed in embeds {
            let [title, text, footer] = [&embed["title"], &embed["description"], &embed["footer"]["text"]];
            assert!((1..=256).contains(&count(title)) && count(text) <= 4096 && count(footer) <= 2048);
            all += count(title) + count(text) + count(footer);
        }
        assert!(all <= 6000, "{all}");
        assert!(
            !body.to_string().contains("@everyone") && !body.to_string().contains("](javascript"),
            "{body}"
        );
    }
}

#[test]
fn mattermost_gets_a_post_within_its_limit_that_calls_nobody() {
    for body in bodies("mattermost") {
        no_steering(&body);
        assert!((1..=16_383).contains(&count(&body["text"])), "{}", count(&body["text"]));
        let text = body["text"].as_str().unwrap();
        for called in ["@everyone", "@here", "<!channel>", "](javascript"] {
            assert!(!text.contains(called), "{called}: {text}");
        }
    }
}

#[test]
fn a_webhook_gets_facts_as_they_are() {
    for body in bodies("webhook") {
        no_steering(&body);
        for event in body["events"].as_array().unwrap() {
            assert!(event["headline"].as_str().unwrap().starts_with("Retro: "));
            assert!(count(&event["item"]["title"]) <= 200 && count(&event["item"]["summary"]) <= 600);
        }
    }
}

const MAIL: &str = "[[broadcast.channels]]\nname = \"list\"\ntype = \"mail\"\nmail = { from = \"Sample KB <kb@example.org>\", to = [\"team@example.org\", \"B <b@example.org>\"], folder = \"out/mail\"SMTP }\n";

fn eml(kb: &Kb) -> Vec<Vec<u8>> {
    let mut files: Vec<_> =
        fs::read_dir(kb.path().join("out/mail")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

#[test]
fn a_mail_is_one_whatever_its_title_says() {
    let kb = Kb::new(&(MAIL.replace("SMTP", "") + DIGEST));
    kb.succeed(&[]);
    kb.write(
        "content/retros/hostile.md",
        &retro(HOSTILE, "2026-05-01").replace("Some words on it.", HOSTILE),
    );
    kb.write("content/retros/long.md", &retro(&"wörd <b>".repeat(900), "2026-05-02"));
    let out = kb.succeed(&["--dry-run"]);
    kb.succeed(&[]);
    let mails = eml(&kb);
    assert_eq!(mails.len(), 1);
    let raw = String::from_utf8(mails[0].clone()).unwrap();
    assert!(out.contains(&raw), "a dry run prints exactly the mail");
    // RFC 5322: lines end with CRLF and have 998 characters at most.
    for line in raw.split("\r\n") {
        assert!(line.len() <= 998 && !line.contains(['\r', '\n']), "{line}");
    }
    let mail = MessageParser::default().parse(&mails[0]).unwrap();
    assert_eq!(mail.subject(), Some("Sample <KB>: what is new, 2026-06-01"));
    let from = mail.from().unwrap().first().unwrap();
    assert_eq!((from.name(), from.address()), (Some("Sample KB"), Some("kb@example.org")));
    let to: Vec<_> = mail.to().unwrap().iter().map(|to| to.address().unwrap().to_owned()).collect();
    assert_eq!(to, ["team@example.org", "b@example.org"]);
    assert!(mail.bcc().is_none() && mail.cc().is_none());
    assert_eq!(mail.date().unwrap().to_timestamp(), 1_780_304_400, "the moment of the run");
    assert!(mail.message_id().unwrap().ends_with("@example.org"));
    assert_eq!(mail.header_raw("Auto-Submitted").unwrap().trim(), "auto-generated");
    assert_eq!(mail.header_raw("List-Id").unwrap().trim(), "<list.annals.example.org>");
    assert_eq!((mail.text_body_count(), mail.html_body_count(), mail.attachment_count()), (1, 1, 0));
    let (text, html) = (mail.body_text(0).unwrap(), mail.body_html(0).unwrap());
    assert!(
        text.contains("<!channel> @everyone") && text.contains("https://kb.example.org/retros/hostile/"),
        "{text}"
    );
    assert!(html.contains("&lt;!channel&gt;") && !html.contains("</script>"), "{html}");
    assert!(html.contains("<a href=\"https://kb.example.org/retros/hostile/\">"), "{html}");
    assert!(!raw.contains('\u{202E}'));
}

#[test]
fn one_mail_for_one_piece_of_news_has_it_as_its_subject() {
    let kb = Kb::new(&MAIL.replace("SMTP", ""));
    kb.succeed(&[]);
    kb.write("content/retros/hostile.md", &retro(HOSTILE, "2026-05-01"));
    kb.succeed(&[]);
    let mails = eml(&kb);
    let mail = MessageParser::default().parse(&mails[0]).unwrap();
    let subject = mail.subject().unwrap();
    assert!(
        subject.starts_with("Retro: <!channel> @everyone") && subject.contains("Bcc: victim"),
        "{subject}"
    );
    assert!(mail.bcc().is_none(), "it is a subject, and no header");
    assert_eq!(mail.text_body_count(), 1);
}

/// A mail server that speaks as much of RFC 5321 as is needed; what it got.
fn smtp(refuse: bool) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("smtp://127.0.0.1:{}", listener.local_addr().unwrap().port());
    let got = Arc::new(Mutex::new(Vec::new()));
    let kept = got.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let _ = stream.write_all(b"220 test\r\n");
            while let Some(Ok(line)) = lines.next() {
                kept.lock().unwrap().push(line.clone());
                let answer = match line.split([' ', ':']).next().unwrap().to_uppercase().as_str() {
                    "EHLO" => "250-test\r\n250 8BITMIME\r\n",
                    "RCPT" if refuse => "550 nobody of that name\r\n",
                    "DATA" => {
                        let _ = stream.write_all(b"354 go on\r\n");
                        for line in lines.by_ref() {
                            let line = line.unwrap();
                            kept.lock().unwrap().push(format!("| {line}"));
                            if line == "." {
                                break;
                            }
                        }
                        "250 taken\r\n"
                    }
                    "QUIT" => "221 bye\r\n",
                    _ => "250 ok\r\n",
                };
                let _ = stream.write_all(answer.as_bytes());
            }
        }
    });
    (address, got)
}

#[test]
fn mail_goes_to_the_server_that_the_environment_names() {
    let (address, got) = smtp(false);
    let mut kb = Kb::new(&MAIL.replace("SMTP", ", smtp_env = \"SMTP_URL\""));
    kb.set("SMTP_URL", &address);
    kb.succeed(&[]);
    kb.write("content/retros/a.md", &retro("Incident A\r\n.\r\nMAIL FROM:<x@example.org>", "2026-05-01"));
    kb.succeed(&[]);
    let lines = got.lock().unwrap().clone();
    assert!(lines.iter().any(|line| line.starts_with("MAIL FROM:<kb@example.org>")), "{lines:?}");
    let to: Vec<&String> = lines.iter().filter(|line| line.starts_with("RCPT TO:")).collect();
    assert_eq!(to, ["RCPT TO:<team@example.org>", "RCPT TO:<b@example.org>"]);
    assert_eq!(
        lines.iter().filter(|line| line.starts_with("MAIL FROM:")).count(),
        1,
        "one mail, and no other in it"
    );
    assert!(kb.succeed(&[]).contains("nothing is new"));

    let (address, got) = smtp(true);
    kb.set("SMTP_URL", &address.replace("127.0.0.1", "user:pass-word@127.0.0.1"));
    kb.write("content/retros/b.md", &retro("Incident B", "2026-05-01"));
    let (code, out, err) = kb.run(&[]);
    assert!(code == 3 && err.contains("list: not told"), "{code} {err}");
    assert!(!format!("{out}{err}").contains("pass-word"), "{out}{err}");
    drop(got);
}

#[test]
fn a_team_changes_what_is_said() {
    let receiver = Receiver::new();
    let mut kb = Kb::new(&channel("slack", "template = \"broadcast/team.txt\"\n"));
    kb.set("TEAM_URL", &receiver.url);
    kb.write(
        "broadcast/team.txt",
        "{% if item.severity %}*{{ item.severity }}*{% endif %} {{ item.title }} at {{ url }}",
    );
    kb.succeed(&[]);
    kb.write("content/retros/a.md", &retro("A \\<!channel>", "2026-05-01"));
    kb.succeed(&[]);
    let text = receiver.got()[0].json()["blocks"][0]["text"]["text"].as_str().unwrap().to_owned();
    assert!(text.ends_with("*SEV2* A &lt;!channel&gt; at https://kb.example.org/retros/a/"), "{text}");
    kb.write("content/retros/b.md", &retro("B", "2026-05-01"));
    kb.write("broadcast/team.txt", "{{ item.titel ");
    let (code, _, err) = kb.run(&[]);
    assert!(
        code == 2 && err.contains("broadcast/template") && err.contains("broadcast/team.txt"),
        "{code} {err}"
    );
    fs::remove_file(kb.path().join("broadcast/team.txt")).unwrap();
    let (code, _, err) = kb.run(&[]);
    assert!(code == 2 && err.contains("can't be read"), "{code} {err}");
    assert_eq!(receiver.count(), 1);
}

#[test]
fn settings_that_can_not_work_are_told_at_their_place() {
    let mistakes = [
        ("[[broadcast.channels]]\nname = \"a\"\ntype = \"slack\"\n", "`a` has no `url_env`"),
        ("[[broadcast.channels]]\nname = \"a\"\ntype = \"mail\"\n", "`a` has no `mail`"),
        (&SLACK.repeat(2), "two channels are called `team`"),
        (&channel("slack", "secret_env = \"X\"\n"), "`team` signs nothing"),
        (
            &channel("slack", "digest = { from = \"18:00\", until = \"08:00\" }\n"),
            "the window closes before it opens",
        ),
        (&channel("slack", "digest = { zone = \"Europe/Berln\" }\n"), "is not a zone of the IANA database"),
        (&channel("slack", "kinds = [\"relaese\"]\n"), "relaese"),
        (&SLACK.replace("TEAM_URL", "https://hooks.example/x"), "the name of an environment variable"),
        (&MAIL.replace("folder = \"out/mail\"SMTP", ""), "`list` sends its mail nowhere"),
        (&MAIL.replace("SMTP", "").replace("team@example.org", "team"), "an address of mail"),
    ];
    for (settings, expected) in mistakes {
        let kb = Kb::new(settings);
        let (code, _, err) = kb.run(&["--dry-run"]);
        assert!(code == 2 && err.contains(expected) && err.contains("site.toml:"), "{settings}: {err}");
    }
    let kb = Kb::new(SLACK);
    let (code, _, err) = kb.run(&["--channel", "taem"]);
    assert!(code == 2 && err.contains("did you mean `team`?"), "{err}");
    let (code, _, err) = Kb::new("").run(&[]);
    assert!(code == 2 && err.contains("names no channel"), "{err}");
}
