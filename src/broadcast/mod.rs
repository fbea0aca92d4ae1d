//! Telling people what is new: release notes, retros, runbooks, reviews, action items that are due.
//!
//! [`news`] gathers what a planned site has to tell. [`Ledger`] remembers what each channel was told, and [`decide`] holds
//! the one against the other. A channel's module makes [`Message`]s of the outcome; [`Sender`] delivers them. Everything
//! but the delivery is pure. What the audience of a channel may not know is not in the site that its news come from.

mod channel;
mod decide;
mod ledger;
mod news;
mod receiver;
mod send;
mod smtp;
mod template;
mod text;
mod window;

pub use channel::{Message, Payload, Setting, messages, word_of};
pub use decide::{Decision, Event, What, decide};
pub use ledger::{ChannelLedger, Entry, Ledger, State};
pub use news::{News, news};
pub use receiver::Receiver;
pub use send::{Delivery, Sender};
pub use template::Templates;
pub use window::is_open;
