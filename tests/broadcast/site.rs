//! A site with news, and receivers.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// A site in a folder of its own.
pub struct Kb {
    pub root: TempDir,
    /// What the environment holds.
    pub environment: Vec<(String, String)>,
}

/// What came of a run: exit code, standard output, standard error.
pub type Ran = (i32, String, String);

pub const NOW: &str = "2026-06-01T09:00Z";

impl Kb {
    /// A site whose settings end with those of its channels.
    pub fn new(channels: &str) -> Self {
        let kb = Self { root: tempfile::tempdir().unwrap(), environment: Vec::new() };
        kb.settings(channels);
        kb.write("content/retros/old.md", &retro("An old incident", "2026-01-02"));
        kb
    }

    pub fn settings(&self, channels: &str) {
        let site = "[site]\ntitle = \"Sample <KB>\"\nbase_url = \"https://kb.example.org/\"\n[content]\naudience = \"public\"\n[broadcast]\ntimeout = 1\n";
        self.write("site.toml", &format!("{site}{channels}"));
    }

    pub fn path(&self) -> &Path {
        self.root.path()
    }

    pub fn write(&self, path: &str, text: &str) {
        let file = self.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.retain(|(other, _)| other != name);
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_annals"));
        command.arg("broadcast").args(arguments).current_dir(self.path()).env("NO_COLOR", "1");
        if !arguments.contains(&"--now") {
            command.args(["--now", NOW]);
        }
        command.env_remove("SOURCE_DATE_EPOCH").envs(self.environment.iter().cloned());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        let Output { status, stdout, stderr } = self.command(arguments).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (status.code().unwrap_or(-1), text(stdout), text(stderr))
    }

    pub fn succeed(&self, arguments: &[&str]) -> String {
        let (code, out, err) = self.run(arguments);
        assert_eq!(code, 0, "{arguments:?}: {out}{err}");
        out + &err
    }

    pub fn ledger(&self) -> serde_json::Value {
        serde_json::from_slice(&fs::read(self.path().join("broadcast.json")).unwrap()).unwrap()
    }
}

pub fn retro(title: &str, day: &str) -> String {
    format!(
        "---\ntitle: {}\ndate: {day}\nseverity: SEV2\nservices: [web]\nowner: edge\n---\n\nSome words on it.\n",
        serde_json::Value::from(title)
    )
}

/// A request that arrived.
#[derive(Debug, Clone)]
pub struct Request {
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// How a receiver answers: a status and headers, or not at all.
pub type Answer = Option<(u16, Vec<(&'static str, String)>)>;

/// A receiver and what it got.
pub struct Receiver {
    pub url: String,
    pub got: Arc<Mutex<Vec<Request>>>,
}

impl Receiver {
    /// One that takes everything.
    pub fn new() -> Self {
        Self::that(|_, _| Some((200, Vec::new())))
    }

    /// One that answers each request, by its number from 0, as a function says.
    pub fn that(answer: impl Fn(usize, &Request) -> Answer + Send + 'static) -> Self {
        let server = tiny_http::Server::http("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hooks/T0/secret-of-the-address", server.server_addr().to_ip().unwrap());
        let got = Arc::new(Mutex::new(Vec::new()));
        let kept = got.clone();
        std::thread::spawn(move || {
            let mut unanswered = Vec::new();
            for mut request in server.incoming_requests() {
                let mut body = String::new();
                request.as_reader().read_to_string(&mut body).unwrap();
                let header =
                    |header: &tiny_http::Header| (header.field.to_string(), header.value.to_string());
                let seen = Request {
                    path: request.url().to_owned(),
                    headers: request.headers().iter().map(header).collect(),
                    body,
                };
                let number = {
                    let mut kept = kept.lock().unwrap();
                    kept.push(seen.clone());
                    kept.len() - 1
                };
                match answer(number, &seen) {
                    Some((status, headers)) => {
                        let mut response = tiny_http::Response::from_string("ok").with_status_code(status);
                        for (name, value) in headers {
                            response
                                .add_header(format!("{name}: {value}").parse::<tiny_http::Header>().unwrap());
                        }
                        let _ = request.respond(response);
                    }
                    // Held open, so that nothing comes.
                    None => unanswered.push(request),
                }
            }
        });
        Self { url, got }
    }

    pub fn got(&self) -> Vec<Request> {
        self.got.lock().unwrap().clone()
    }

    pub fn count(&self) -> usize {
        self.got().len()
    }
}

/// An address at which nobody listens.
pub fn nobody() -> String {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    format!("http://127.0.0.1:{port}/hooks/T0/secret-of-the-address")
}

pub const SLACK: &str = "[[broadcast.channels]]\nname = \"team\"\ntype = \"slack\"\nurl_env = \"TEAM_URL\"\n";
pub const WEBHOOK: &str = "[[broadcast.channels]]\nname = \"hook\"\ntype = \"webhook\"\nurl_env = \"HOOK_URL\"\nsecret_env = \"HOOK_SECRET\"\n";

/// A title that tries everything, as Markdown: what its backslashes keep is text.
pub const HOSTILE: &str = "\\<!channel> @everyone @here \\*\\*b\\*\\* \\[a\\](javascript:x) \u{202E}evil \\</script> & \"q\" {{ 7 * 7 }} | \\`c\\`\r\nBcc: victim@example.org";
