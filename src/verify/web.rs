//! A served site against its provenance: every file is asked for, as a browser would.

use super::{Found, Report, gather};
use crate::data::{hex, sha256};
use crate::external::joined;
use crate::provenance::{PATH, Statement, parse};
use crate::site::url;
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use ureq::Agent;

/// Requests at a time.
const AT_ONCE: usize = 8;
/// How long one file may take.
const TIMEOUT: Duration = Duration::from_secs(60);
/// No file is read beyond this.
const LARGEST: u64 = 1 << 30;
/// Redirects that are followed.
const REDIRECTS: usize = 5;
/// Files that hosts read instead of serving them.
const FOR_HOSTS: [&str; 4] = ["_headers", "_redirects", "CNAME", ".nojekyll"];

/// A site on the web.
#[derive(Debug)]
pub struct Web {
    agent: Agent,
    /// Its address, with a slash at the end.
    base: String,
}

/// What a server answered.
struct Answer {
    status: u16,
    /// The address that answered, after redirects.
    at: String,
    body: Vec<u8>,
}

impl Web {
    /// The site at an address.
    pub fn new(address: &str) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("annals/", env!("CARGO_PKG_VERSION"), " (verify)"))
            .build();
        Self { agent: config.into(), base: format!("{}/", address.trim_end_matches('/')) }
    }

    /// The statement that the site serves. What is wrong with it is told in words.
    pub fn statement(&self) -> Result<Statement, String> {
        let address = format!("{}{PATH}", self.base);
        let answer = self.ask(&address).map_err(|error| error.to_string())?;
        match answer.status {
            200 => parse(&answer.body),
            status => Err(format!("{address} answers {status}")),
        }
    }

    /// Compares the site with a statement. A server that can't be reached is an error, told in words.
    pub fn compare(&self, statement: &Statement) -> Result<Report, String> {
        let digests: HashMap<&str, &str> =
            statement.subject.iter().map(|file| (file.name.as_str(), file.sha256())).collect();
        let next = AtomicUsize::new(0);
        let found: Mutex<Vec<(&str, Found)>> = Mutex::default();
        let failed: Mutex<Option<String>> = Mutex::default();
        let work = || {
            while let Some(file) = statement.subject.get(next.fetch_add(1, Ordering::Relaxed)) {
                match self.file(&file.name, &digests) {
                    Ok(one) => {
                        found.lock().unwrap_or_else(PoisonError::into_inner).push((&file.name, one));
                    }
                    Err(error) => {
                        // The others end, too.
                        next.store(statement.subject.len(), Ordering::Relaxed);
                        failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                    }
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(work);
            }
        });
        match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(error) => Err(error),
            None => Ok(gather(found.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter())),
        }
    }

    fn file(&self, path: &str, digests: &HashMap<&str, &str>) -> Result<Found, String> {
        let address = self.address(path);
        let answer = self.ask(&address).map_err(|error| format!("{address} can't be read: {error}"))?;
        let digest = hex(&sha256(&answer.body));
        Ok(match answer.status {
            // The page for what is not there comes with that status from some hosts, even by its name.
            200 | 404 if digests.get(path) == Some(&digest.as_str()) => Found::Same,
            // A host that redirects an old address does so instead of serving the page that leads on.
            200 if answer.at != address && self.is_page_of(&answer.at, &digest, digests) => Found::Redirected,
            200 => Found::Different,
            404 | 410 if FOR_HOSTS.contains(&path) => Found::NotServed,
            404 | 410 => Found::Missing,
            status => return Err(format!("{address} answers {status}")),
        })
    }

    fn is_page_of(&self, address: &str, digest: &str, digests: &HashMap<&str, &str>) -> bool {
        let inner =
            address.strip_prefix(&self.base).map(|inner| inner.split(['?', '#']).next().unwrap_or(""));
        inner.is_some_and(|inner| digests.get(url::output(&url::decode(inner)).as_str()) == Some(&digest))
    }

    /// Where a file is served.
    fn address(&self, path: &str) -> String {
        let path = match path.strip_suffix("index.html") {
            Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
            _ => path,
        };
        format!("{}{}", self.base, url::encode(path))
    }

    fn ask(&self, address: &str) -> Result<Answer, ureq::Error> {
        let mut at = address.to_owned();
        for _ in 0..REDIRECTS {
            let mut response = self.agent.get(&at).call()?;
            let status = response.status().as_u16();
            let to = response.headers().get("location").and_then(|to| to.to_str().ok());
            match to.and_then(|to| joined(&at, to)) {
                Some(to) if matches!(status, 301 | 302 | 303 | 307 | 308) => at = to,
                _ => {
                    let body = response.body_mut().with_config().limit(LARGEST).read_to_vec()?;
                    return Ok(Answer { status, at, body });
                }
            }
        }
        Err(ureq::Error::TooManyRedirects)
    }
}
