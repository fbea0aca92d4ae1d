//! One address: HEAD, GET where that says nothing, redirects one by one, and waiting where a server asks for it.

use super::Verdict;
use std::thread::sleep;
use std::time::Duration;
use ureq::http::{Method, Response};
use ureq::{Agent, Body, Error};

/// Redirects that are followed.
const REDIRECTS: usize = 10;
/// The longest wait that a server may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The wait where a server asks for one and does not say how long.
const WAIT: Duration = Duration::from_secs(5);
/// Between two requests to one host, so that it has time for others.
const PAUSE: Duration = Duration::from_millis(50);

/// Asks servers.
pub(super) struct Client {
    agent: Agent,
}

/// What asking for an address came to.
#[derive(Debug)]
pub(super) struct Answer {
    pub verdict: Verdict,
    /// Whether any server said anything.
    pub answered: bool,
}

/// What a server said, as far as it matters.
struct Said {
    status: u16,
    location: Option<String>,
    retry_after: Option<Duration>,
}

impl Client {
    /// `timeout` is for one request as a whole.
    pub(super) fn new(timeout: Duration) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(timeout))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("annals/", env!("CARGO_PKG_VERSION"), " (link check)"))
            .build();
        Self { agent: config.into() }
    }

    /// Asks for an address.
    pub(super) fn ask(&self, address: &str) -> Answer {
        let mut at = address.to_owned();
        let mut for_good = true;
        let mut answered = false;
        for _ in 0..=REDIRECTS {
            let said = match self.said(&at) {
                Ok(said) => said,
                Err(error) => return Answer { verdict: failed(&error), answered },
            };
            answered = true;
            let verdict = match said.status {
                301 | 302 | 303 | 307 | 308 => match said.location.and_then(|to| joined(&at, &to)) {
                    Some(to) => {
                        for_good &= matches!(said.status, 301 | 308);
                        at = to;
                        continue;
                    }
                    None => {
                        Verdict::Unknown(format!("its server answers {} and says not where to", said.status))
                    }
                },
                200..=299 if at != address && for_good => Verdict::Moved(at),
                // Who has to log in is told that there is something.
                200..=299 | 401 => Verdict::Fine,
                404 | 410 => Verdict::Gone(format!("its server answers {}", said.status)),
                status => Verdict::Unknown(format!("its server answers {status}")),
            };
            return Answer { verdict, answered };
        }
        Answer { verdict: Verdict::Gone(format!("it is redirected more than {REDIRECTS} times")), answered }
    }

    /// What a server says of one address, after waiting if it asks for that.
    fn said(&self, address: &str) -> Result<Said, Error> {
        let said = self.once(address)?;
        match said.retry_after {
            Some(wait) if matches!(said.status, 429 | 503) && wait <= LONGEST_WAIT => {
                sleep(wait);
                self.once(address)
            }
            _ => Ok(said),
        }
    }

    /// HEAD, and GET where that is refused or fails: some servers know only the one.
    fn once(&self, address: &str) -> Result<Said, Error> {
        sleep(PAUSE);
        match self.request(Method::HEAD, address) {
            Ok(said) if said.status < 400 || matches!(said.status, 401 | 429 | 503) => Ok(said),
            Ok(_) | Err(Error::Protocol(_) | Error::Io(_)) => self.request(Method::GET, address),
            Err(error) => Err(error),
        }
    }

    fn request(&self, method: Method, address: &str) -> Result<Said, Error> {
        let request = match method {
            Method::HEAD => self.agent.head(address),
            _ => self.agent.get(address),
        };
        // The body is not read: dropping the answer ends the connection.
        request.call().map(|response| Said {
            status: response.status().as_u16(),
            location: header(&response, "location"),
            retry_after: matches!(response.status().as_u16(), 429 | 503).then(|| {
                // The other form, a date, is as good as none: clocks differ.
                let seconds = header(&response, "retry-after").and_then(|text| text.trim().parse().ok());
                seconds.map_or(WAIT, Duration::from_secs)
            }),
        })
    }
}

fn header(response: &Response<Body>, name: &str) -> Option<String> {
    Some(response.headers().get(name)?.to_str().ok()?.to_owned())
}

fn failed(error: &Error) -> Verdict {
    match error {
        Error::HostNotFound => Verdict::Gone("its host has no address".into()),
        Error::BadUri(_) | Error::Http(_) => Verdict::Gone("it is no address".into()),
        Error::Timeout(_) => Verdict::Unknown("its server does not answer in time".into()),
        error => Verdict::Unknown(format!("it can't be reached: {error}")),
    }
}

/// The address that a redirect leads to, which may be relative (RFC 9110, section 10.2.2). Only the web is followed.
pub fn joined(from: &str, to: &str) -> Option<String> {
    let to = to.trim();
    if to.starts_with("https://") || to.starts_with("http://") {
        return Some(to.to_owned());
    }
    let (scheme, rest) = from.split_once("://")?;
    if let Some(other_host) = to.strip_prefix("//") {
        return Some(format!("{scheme}://{other_host}"));
    }
    if to.split(['/', '?', '#']).next().is_some_and(|first| first.contains(':')) {
        return None;
    }
    let host = rest.split(['/', '?', '#']).next()?;
    if to.starts_with('/') {
        return Some(format!("{scheme}://{host}{to}"));
    }
    let path = rest.get(host.len()..)?.split(['?', '#']).next()?;
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    Some(format!("{scheme}://{host}{folder}/{to}"))
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn redirects_may_be_relative_and_lead_only_into_the_web() {
        let from = "https://a.example/x/y?q#f";
        for (to, expected) in [
            ("http://b.example/", Some("http://b.example/")),
            ("//b.example/z", Some("https://b.example/z")),
            ("/z", Some("https://a.example/z")),
            ("z", Some("https://a.example/x/z")),
            ("javascript:alert(1)", None),
            ("file:///etc/passwd", None),
        ] {
            assert_eq!(joined(from, to).as_deref(), expected, "{to}");
        }
    }
}
