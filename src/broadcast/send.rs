//! Delivery over HTTP: tried again where that can't tell anything twice.

use crate::diagnostic::human::printable;
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use ureq::http::Response;
use ureq::{Agent, Body, Error, Timeout};

/// Tries of one message.
const TRIES: u32 = 5;
/// The first wait between two tries; each further one is twice as long.
const WAIT: Duration = Duration::from_millis(500);
/// The longest wait that a receiver may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(120);
/// Characters of an answer that are told.
const TOLD: usize = 200;

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The receiver has it.
    Sent,
    /// The receiver does not have it, and why.
    Refused(String),
    /// Nobody knows, and why.
    Unknown(String),
}

/// Posts messages.
#[derive(Debug)]
pub struct Sender {
    agent: Agent,
    timeout: Duration,
}

/// The secrets of a channel, from the environment. They are never shown: not even by `Debug`.
pub(super) struct Secret<'a>(pub(super) &'a str);

impl Sender {
    /// A sender that waits so long for an answer.
    pub fn new(timeout: Duration) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(timeout))
            .http_status_as_error(false)
            // An address that holds a secret is not to be followed elsewhere.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("annals/", env!("CARGO_PKG_VERSION"), " (broadcast)"))
            .build();
        Self { agent: config.into(), timeout }
    }

    /// How long an answer may take.
    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Posts JSON to an address. With a `key`, the receiver tells by it what it has already, and a message whose fate is
    /// unknown is sent again.
    pub fn post(&self, url: &str, json: &str, key: Option<&str>, secret: Option<&str>) -> Delivery {
        let mut outcome = Delivery::Refused("it was not tried".to_owned());
        for number in 0..TRIES {
            let (next, wait) = self.once(url, json, key, secret);
            outcome = next;
            let again = match &outcome {
                Delivery::Sent => return outcome,
                Delivery::Refused(_) => wait.is_some(),
                Delivery::Unknown(_) => key.is_some(),
            };
            let wait = wait.unwrap_or_default();
            if !again || number + 1 == TRIES || wait > LONGEST_WAIT {
                break;
            }
            sleep(wait.max(backoff(number)));
        }
        without(outcome, &[Secret(url)])
    }

    /// One try; how long to wait if another makes sense.
    fn once(
        &self,
        url: &str,
        json: &str,
        key: Option<&str>,
        secret: Option<&str>,
    ) -> (Delivery, Option<Duration>) {
        let mut request = self.agent.post(url).header("Content-Type", "application/json");
        if let Some(key) = key {
            let time = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
            request = request.header("webhook-id", key).header("Idempotency-Key", key);
            request = request.header("webhook-timestamp", time.to_string());
            if let Some(secret) = secret {
                request = request.header("webhook-signature", signature(secret, key, time, json));
            }
        }
        match request.send(json.as_bytes()) {
            Ok(response) => answered(response),
            Err(error) => failed(&error),
        }
    }
}

/// The signature of [Standard Webhooks](https://www.standardwebhooks.com/): HMAC-SHA256 over id, time and body, in Base64.
/// A secret may be written `whsec_` and Base64, as there; any other is taken as it is.
pub(super) fn signature(secret: &str, key: &str, time: u64, body: &str) -> String {
    use base64::Engine as _;
    let base64 = base64::engine::general_purpose::STANDARD;
    let decoded = secret.strip_prefix("whsec_").and_then(|text| base64.decode(text).ok());
    let secret = decoded.unwrap_or_else(|| secret.as_bytes().to_vec());
    let key_of_mac = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &secret);
    let tag = ring::hmac::sign(&key_of_mac, format!("{key}.{time}.{body}").as_bytes());
    format!("v1,{}", base64.encode(tag.as_ref()))
}

fn answered(mut response: Response<Body>) -> (Delivery, Option<Duration>) {
    let status = response.status().as_u16();
    if (200..300).contains(&status) {
        return (Delivery::Sent, None);
    }
    let asked = response.headers().get("retry-after").and_then(|text| text.to_str().ok()).and_then(wait);
    let text = response.body_mut().with_config().limit(64 << 10).read_to_string().unwrap_or_default();
    let text: String = printable(text.trim()).chars().take(TOLD).collect();
    let reason = match (status, asked) {
        (429, Some(wait)) => format!("it answers 429 and asks to wait for {} s", wait.as_secs()),
        _ if text.is_empty() => format!("it answers {status}"),
        _ => format!("it answers {status}: {text}"),
    };
    match status {
        429 | 503 => (Delivery::Refused(reason), Some(asked.unwrap_or_default())),
        // What stands before the receiver does not know what that did.
        502 | 504 => (Delivery::Unknown(reason), Some(asked.unwrap_or_default())),
        500..=599 => (Delivery::Refused(reason), Some(asked.unwrap_or_default())),
        _ => (Delivery::Refused(reason), None),
    }
}

/// `Retry-After`: seconds, or a date (RFC 9110, section 10.2.3).
fn wait(text: &str) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    Some(date.duration_since(jiff::Timestamp::now()).try_into().unwrap_or_default())
}

/// An error's own words may hold the address, which is a secret.
fn failed(error: &Error) -> (Delivery, Option<Duration>) {
    let refused = |reason: &str| (Delivery::Refused(reason.to_owned()), Some(Duration::ZERO));
    match error {
        Error::BadUri(_) | Error::Http(_) => {
            (Delivery::Refused("what the environment holds is no address".to_owned()), None)
        }
        Error::HostNotFound => refused("its host has no address"),
        Error::ConnectionFailed => refused("it does not accept connections"),
        Error::Io(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            refused("it does not accept connections")
        }
        Error::Timeout(Timeout::Resolve | Timeout::Connect) => {
            refused("it does not accept connections in time")
        }
        Error::Timeout(_) => {
            (Delivery::Unknown("it does not answer in time".to_owned()), Some(Duration::ZERO))
        }
        _ => (Delivery::Unknown("the connection broke off".to_owned()), Some(Duration::ZERO)),
    }
}

/// A wait that grows, and differs from that of others who were turned away at the same moment.
fn backoff(number: u32) -> Duration {
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.subsec_nanos());
    let whole = WAIT.saturating_mul(2u32.saturating_pow(number));
    // Between a half and the whole of it.
    whole / 2 + whole.mul_f64(f64::from(nanos % 1000) / 2000.0)
}

/// What is told of a delivery, without any secret that an answer repeats.
pub(super) fn without(delivery: Delivery, secrets: &[Secret<'_>]) -> Delivery {
    let clean = |reason: String| {
        secrets.iter().filter(|secret| !secret.0.is_empty()).fold(reason, |text, secret| {
            // Part of an address is as good as all of it: its path is the secret.
            let path = secret.0.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
            let text = text.replace(secret.0, "***");
            match path {
                Some((_, path)) if path.len() > 3 => text.replace(path, "***"),
                _ => text,
            }
        })
    };
    match delivery {
        Delivery::Sent => Delivery::Sent,
        Delivery::Refused(reason) => Delivery::Refused(clean(reason)),
        Delivery::Unknown(reason) => Delivery::Unknown(clean(reason)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_standard_webhooks() {
        // The example of the specification's reference libraries.
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let body = "{\"test\": 2432232314}";
        assert_eq!(
            signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn no_answer_tells_the_secret() {
        let told = Delivery::Refused("it answers 404: no route to /services/T0/B0/key".to_owned());
        let url = "https://hooks.example/services/T0/B0/key";
        assert_eq!(
            without(told, &[Secret(url)]),
            Delivery::Refused("it answers 404: no route to /***".to_owned())
        );
    }

    #[test]
    fn a_receiver_says_how_long_to_wait() {
        assert_eq!(wait("2"), Some(Duration::from_secs(2)));
        assert_eq!(wait("0.5"), Some(Duration::from_millis(500)));
        assert_eq!(wait("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO), "that day has passed");
        assert_eq!(wait("soon"), None);
    }
}
