//! Delivery of mail: to a server, and into a folder for another program.

use super::send::{Delivery, Secret, Sender, without};
use lettre::Transport as _;
use lettre::address::Envelope;
use lettre::transport::smtp::SmtpTransport;
use std::fs;
use std::io;
use std::path::Path;

impl Sender {
    /// Sends a mail to the server at `address`: `smtps://user:password@host`.
    pub fn mail(&self, address: &str, from: &str, to: &[String], bytes: &[u8]) -> Delivery {
        let no_address =
            || Delivery::Refused("what the environment holds is no address of a mail server".to_owned());
        let Ok(builder) = SmtpTransport::from_url(address) else { return no_address() };
        let mailboxes = to.iter().map(|to| to.parse()).collect::<Result<Vec<_>, _>>();
        let (Ok(from), Ok(to)) = (from.parse(), mailboxes) else { return no_address() };
        let Ok(envelope) = Envelope::new(Some(from), to) else { return no_address() };
        let transport = builder.timeout(Some(self.timeout())).build();
        let delivery = match transport.send_raw(&envelope, bytes) {
            Ok(_) => Delivery::Sent,
            // The server said so itself, or nothing came to it.
            Err(error)
                if error.is_permanent() || error.is_transient() || error.is_client() || error.is_tls() =>
            {
                Delivery::Refused(format!("the mail server refuses: {error}"))
            }
            Err(error) if is_unreached(&error) => {
                Delivery::Refused("the mail server does not accept connections".to_owned())
            }
            Err(error) => Delivery::Unknown(format!("the connection to the mail server broke off: {error}")),
        };
        let password =
            address.split_once("://").and_then(|(_, rest)| rest.rsplit_once('@')).map(|(user, _)| user);
        let password = password.and_then(|user| user.split_once(':')).map_or("", |(_, password)| password);
        without(delivery, &[Secret(address), Secret(password)])
    }
}

fn is_unreached(error: &lettre::transport::smtp::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if let Some(inner) = inner.downcast_ref::<io::Error>() {
            return matches!(
                inner.kind(),
                io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound | io::ErrorKind::HostUnreachable
            );
        }
        source = inner.source();
    }
    false
}

/// Writes a mail into a folder, in one step: a program that sends what it finds there finds whole ones.
pub(super) fn write_mail(folder: &Path, key: &str, bytes: &[u8]) -> Delivery {
    let beside = folder.join(format!(".{key}.new"));
    let written = fs::create_dir_all(folder)
        .and_then(|()| fs::write(&beside, bytes))
        .and_then(|()| fs::rename(&beside, folder.join(format!("{key}.eml"))));
    match written {
        Ok(()) => Delivery::Sent,
        Err(error) => Delivery::Refused(format!("`{}` can't be written: {error}", folder.display())),
    }
}
