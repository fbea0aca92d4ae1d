//! The HTTP client of the store: ureq, which is here already, on threads of the runtime's blocking pool. The client that
//! `object_store` would bring needs a second implementation of TLS.

use http_body_util::BodyExt;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;
use ureq::Agent;

/// How long a server may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// How long it may take to begin its answer.
const ANSWER: Duration = Duration::from_secs(60);

/// Makes clients.
#[derive(Debug)]
pub(super) struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, _: &object_store::ClientOptions) -> object_store::Result<HttpClient> {
        let config = Agent::config_builder()
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(ANSWER))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("annals/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(HttpClient::new(Client(config.into())))
    }
}

#[derive(Debug)]
struct Client(Agent);

type Answer<'a> = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'a>>;

impl HttpService for Client {
    fn call<'a, 'b>(&'a self, request: HttpRequest) -> Answer<'b>
    where
        'a: 'b,
        Self: 'b,
    {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await?.to_bytes();
            let request = ureq::http::Request::from_parts(parts, body.to_vec());
            let agent = self.0.clone();
            let answered = tokio::task::spawn_blocking(move || ask(&agent, request));
            answered.await.map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?
        })
    }
}

fn ask(agent: &Agent, request: ureq::http::Request<Vec<u8>>) -> Result<HttpResponse, HttpError> {
    let response = agent.run(request).map_err(told)?;
    let (parts, mut body) = response.into_parts();
    let bytes = body.with_config().limit(u64::MAX).read_to_vec().map_err(told)?;
    Ok(HttpResponse::from_parts(parts, bytes.into()))
}

/// Tells `object_store` which failures are worth another try.
fn told(error: ureq::Error) -> HttpError {
    let kind = match &error {
        ureq::Error::Timeout(_) => HttpErrorKind::Timeout,
        ureq::Error::ConnectionFailed => HttpErrorKind::Connect,
        ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            HttpErrorKind::Connect
        }
        ureq::Error::Io(_) | ureq::Error::Protocol(_) => HttpErrorKind::Interrupted,
        _ => HttpErrorKind::Unknown,
    };
    HttpError::new(kind, error)
}
