//! Receivers that check, refuse, ask to wait, do not answer, and a run that is killed.

use crate::site::{Kb, NOW, Receiver, SLACK, WEBHOOK, nobody, retro};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

fn with_news(channels: &str, url: &str) -> Kb {
    let mut kb = Kb::new(channels);
    kb.set("TEAM_URL", url);
    kb.set("HOOK_URL", url);
    kb.set("HOOK_SECRET", "a secret of the test");
    kb.succeed(&[]);
    kb.write("content/retros/a.md", &retro("Incident A", "2026-05-30"));
    kb
}

/// Base64 by the alphabet of RFC 4648, written once more: a check with the code that is checked would say nothing.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let number =
            three.iter().fold(0u32, |all, byte| all << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for at in 0..4 {
            out.push(if at <= three.len() {
                ALPHABET[(number >> (18 - 6 * at) & 63) as usize] as char
            } else {
                '='
            });
        }
    }
    out
}

#[test]
fn a_webhook_is_signed_over_id_time_and_body() {
    let receiver = Receiver::new();
    let kb = with_news(WEBHOOK, &receiver.url);
    kb.succeed(&[]);
    let request = &receiver.got()[0];
    let (id, time) = (request.header("webhook-id").unwrap(), request.header("webhook-timestamp").unwrap());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    assert!(now.abs_diff(time.parse().unwrap()) < 60, "the receiver can refuse what is old");
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, b"a secret of the test");
    let tag = ring::hmac::sign(&key, format!("{id}.{time}.{}", request.body).as_bytes());
    assert_eq!(request.header("webhook-signature").unwrap(), format!("v1,{}", base64(tag.as_ref())));
    assert_eq!(request.header("idempotency-key"), Some(id));
    let body = request.json();
    assert_eq!((&body["id"], &body["version"]), (&id.into(), &1.into()));
    let event = &body["events"][0];
    assert_eq!((&event["what"], &event["item"]["kind"]), (&"new".into(), &"retro".into()));
    assert_eq!(event["url"], "https://kb.example.org/retros/a/");
    assert_eq!(event["item"]["services"], serde_json::json!(["web"]));
    let (_, out, _) = kb.run(&["--dry-run"]);
    assert!(!out.contains("a secret of the test"));
}

#[test]
fn a_receiver_that_asks_to_wait_is_obeyed() {
    let receiver = Receiver::that(|number, _| match number {
        0 => Some((429, vec![("Retry-After", "1".to_owned())])),
        1 => Some((503, Vec::new())),
        _ => Some((200, Vec::new())),
    });
    let kb = with_news(SLACK, &receiver.url);
    let began = Instant::now();
    kb.succeed(&[]);
    assert!(began.elapsed().as_millis() >= 1000, "{:?}", began.elapsed());
    assert_eq!(receiver.count(), 3);
    assert!(kb.succeed(&[]).contains("nothing is new"));
    let patient = Receiver::that(|_, _| Some((429, vec![("Retry-After", "86400".to_owned())])));
    let kb = with_news(SLACK, &patient.url);
    let (code, _, err) = kb.run(&[]);
    assert!(code == 3 && err.contains("asks to wait for 86400 s") && patient.count() == 1, "{code} {err}");
}

#[test]
fn what_is_refused_is_told_by_the_next_run_and_no_secret_is_shown() {
    let receiver = Receiver::that(|_, request| {
        assert!(request.path.contains("secret-of-the-address"));
        Some((404, Vec::new()))
    });
    let mut kb = with_news(SLACK, &receiver.url);
    let (code, out, err) = kb.run(&[]);
    assert!(code == 3 && err.contains("team: not told: Retro: Incident A: it answers 404"), "{code} {err}");
    assert!(!format!("{out}{err}").contains("secret-of-the-address"), "{out}{err}");
    assert_eq!(receiver.count(), 1, "what is wrong is not tried again");
    kb.set("TEAM_URL", &nobody());
    let (code, out, err) = kb.run(&[]);
    assert!(code == 3 && err.contains("it does not accept connections"), "{code} {err}");
    assert!(!format!("{out}{err}").contains("secret-of-the-address"), "{out}{err}");
    kb.set("TEAM_URL", "no address secret-of-the-address");
    let (code, out, err) = kb.run(&[]);
    assert!(code == 3 && !format!("{out}{err}").contains("secret-of-the-address"), "{code} {out}{err}");
    kb.set("TEAM_URL", "");
    let (code, _, err) = kb.run(&[]);
    assert!(code == 2 && err.contains("`TEAM_URL` is not set"), "{code} {err}");
    let good = Receiver::new();
    kb.set("TEAM_URL", &good.url);
    kb.succeed(&[]);
    assert_eq!(good.count(), 1, "nothing is lost");
}

#[test]
fn a_chat_that_does_not_answer_is_asked_by_a_person_and_a_webhook_by_its_key() {
    let silent = Receiver::that(|_, _| None);
    let kb = with_news(SLACK, &silent.url);
    let (code, _, err) = kb.run(&[]);
    assert!(code == 3 && err.contains("nobody knows whether it was told: Retro: Incident A"), "{code} {err}");
    assert_eq!(silent.count(), 1, "it may have arrived");
    let good = Receiver::new();
    let mut kb = kb;
    kb.set("TEAM_URL", &good.url);
    let (code, _, err) = kb.run(&[]);
    assert!(code == 1 && err.contains("--resend") && good.count() == 0, "{code} {err}");
    kb.succeed(&["--resend"]);
    assert_eq!(good.count(), 1);
    assert!(kb.succeed(&[]).contains("nothing is new"));

    // Its first answer is lost, its second is not: by the key it knows that both are one.
    let slow = Receiver::that(|number, _| if number == 0 { None } else { Some((200, Vec::new())) });
    let kb = with_news(WEBHOOK, &slow.url);
    kb.succeed(&[]);
    let keys: Vec<String> =
        slow.got().iter().map(|request| request.header("webhook-id").unwrap().to_owned()).collect();
    assert!(keys.len() == 2 && keys[0] == keys[1], "{keys:?}");
}

#[test]
fn a_run_that_is_killed_between_two_messages_tells_nothing_twice() {
    let child = Arc::new(AtomicU32::new(0));
    let victim = child.clone();
    let receiver = Receiver::that(move |number, _| {
        if number == 1 {
            // The second message has arrived, and the run never hears of it.
            let pid = loop {
                match victim.load(Ordering::SeqCst) {
                    0 => std::thread::yield_now(),
                    pid => break pid,
                }
            };
            let killed = std::process::Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap();
            assert!(killed.success());
            return None;
        }
        Some((200, Vec::new()))
    });
    let kb = with_news(SLACK, &receiver.url);
    kb.write("content/retros/b.md", &retro("Incident B", "2026-05-31"));
    kb.write("content/retros/c.md", &retro("Incident C", "2026-06-01"));
    let mut running = kb.command(&[]).spawn().unwrap();
    child.store(running.id(), Ordering::SeqCst);
    assert!(!running.wait().unwrap().success());
    assert_eq!(receiver.count(), 2);
    let (code, _, err) = kb.run(&[]);
    assert!(code == 1 && err.contains("nobody knows whether it was told: Incident B"), "{code} {err}");
    let told: Vec<String> =
        receiver.got().iter().map(|request| request.json()["text"].as_str().unwrap().to_owned()).collect();
    assert_eq!(told, ["Retro: Incident A", "Retro: Incident B", "Retro: Incident C"]);
    kb.succeed(&["--baseline"]);
    assert!(kb.succeed(&[]).contains("nothing is new"));
}

#[test]
fn two_runs_at_once_tell_nothing_twice() {
    let receiver = Receiver::that(|_, _| {
        std::thread::sleep(std::time::Duration::from_millis(700));
        Some((200, Vec::new()))
    });
    let kb = with_news(SLACK, &receiver.url);
    let mut first = kb.command(&[]).stderr(std::process::Stdio::null()).spawn().unwrap();
    while receiver.count() == 0 {
        std::thread::yield_now();
    }
    let (code, _, err) = kb.run(&["--now", NOW]);
    assert!(code == 3 && err.contains("another broadcast of this site is running"), "{code} {err}");
    assert!(first.wait().unwrap().success());
    assert_eq!(receiver.count(), 1);
}

#[test]
fn a_webhook_that_was_cut_off_gets_the_same_message_again() {
    let receiver = Receiver::that(|number, _| if number < 6 { None } else { Some((200, Vec::new())) });
    let kb = with_news(&format!("{WEBHOOK}digest = {{ days = [\"monday\"] }}\n"), &receiver.url);
    kb.write("content/retros/b.md", &retro("Incident B", "2026-05-31"));
    let (code, _, err) = kb.run(&[]);
    assert!(code == 3 && err.contains("it does not answer in time"), "{code} {err}");
    // What is new since is no part of it.
    kb.write("content/retros/c.md", &retro("Incident C", "2026-06-01"));
    kb.succeed(&[]);
    let got = receiver.got();
    assert!(got.iter().all(|request| request.header("webhook-id") == got[0].header("webhook-id")));
    assert_eq!(got[6].json()["events"], got[0].json()["events"]);
    kb.succeed(&["--now", "2026-06-08T09:00Z"]);
    assert!(receiver.got()[7].body.contains("Incident C"));
}
