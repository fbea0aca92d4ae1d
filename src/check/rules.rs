//! All rules by name.

use crate::diagnostic::{Diagnostic, Level};

/// Something that is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its name, `group/name`, stable.
    pub name: &'static str,
    /// How much a finding matters, unless the site sets another level.
    pub level: Level,
    /// What it finds, in a sentence.
    pub about: &'static str,
}

impl Rule {
    /// A finding of this rule.
    pub(super) fn finding(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.level, self.name, message)
    }
}

/// The rule of a name.
pub(super) fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name)
}

macro_rules! rules {
    ($($constant:ident = $level:ident $name:literal, $about:literal;)*) => {
        $(pub(super) const $constant: Rule = Rule { name: $name, level: Level::$level, about: $about };)*
        const OWN: &[Rule] = &[$($constant),*];
    };
}

rules! {
    SECURITY_EXPIRED = Warning "security/expired", "The site's `security.txt` has expired, so that it counts for nothing.";
    UNKNOWN_RULE = Warning "check/unknown-rule", "A rule is set or allowed that does not exist.";
    NO_REASON = Warning "check/no-reason", "A rule is allowed on a page, but nobody says why.";
    NOT_NEEDED = Note "check/not-needed", "A rule is allowed where it finds nothing.";
    TITLE_TWICE = Warning "page/title-twice", "Two pages of a section have one title, so that lists and search can't tell them apart.";
    EMPTY = Warning "page/empty", "A page has no text.";
    ORPHAN = Note "page/orphan", "No other page links to a page.";
    PLACEHOLDER = Warning "page/placeholder", "Text of a template was left in: `TODO`, `TBD`, `FIXME`, `lorem ipsum`.";
    STALE = Warning "page/stale", "A page's review is overdue.";
    NO_OWNER = Note "page/no-owner", "A runbook has no owner, by itself or by its services.";
    UNKNOWN_OWNER = Warning "page/unknown-owner", "A page's owner is no team of the catalogue.";
    UNKNOWN_CODE_OWNER = Warning "owner/unknown", "CODEOWNERS names a team that the catalogue does not have.";
    DATE_IN_FUTURE = Warning "page/date-in-future", "A page's date lies more than a day after the present.";
    UPDATED_BEFORE_DATE = Warning "page/updated-before-date", "A page was updated before its date.";
    LEVEL_SKIPPED = Warning "heading/level-skipped", "A heading is more than one level below the one before it.";
    SECOND_TITLE = Warning "heading/second-title", "A page has more than one heading of level 1.";
    HEADING_EMPTY = Warning "heading/empty", "A heading has no text.";
    HEADING_TWICE = Note "heading/twice", "Two headings of a page have one text, so that links to them depend on their order.";
    NO_ALT = Warning "image/no-alt", "An image has no text for those who don't see it.";
    OTHER_HOST = Warning "image/other-host", "An image lies on another host, which the site's Content-Security-Policy does not allow.";
    NO_TEXT = Warning "link/no-text", "A link has no text.";
    VAGUE = Note "link/vague", "A link's text says nothing of where it leads: `here`, `click here`, `this`.";
    INSECURE = Note "link/insecure", "A link leads to an address without encryption.";
    TO_INTERNAL = Warning "link/to-internal", "A public page links to an internal one.";
    TO_DRAFT = Warning "link/to-draft", "A page links to a draft.";
    EXTERNAL_GONE = Warning "external/gone", "A link leads to an address of another site that is not there. Only with `--external`.";
    EXTERNAL_MOVED = Note "external/moved", "A link leads to an address that has moved for good. Only with `--external`.";
    EXTERNAL_UNKNOWN = Note "external/unknown", "Another site does not say whether an address is there. Only with `--external`.";
    NO_LANGUAGE = Note "code/no-language", "A code block in a runbook names no language.";
    SERVICE_NO_OWNER = Note "service/no-owner", "A service of the catalogue has no owner.";
    SERVICE_NO_RUNBOOK = Note "service/no-runbook", "A service of tier 1 has no runbook.";
    UNKNOWN_DEPENDENCY = Warning "service/unknown-dependency", "A service depends on one that the catalogue does not have.";
    ALERT_TWICE = Warning "alert/twice", "Two runbooks claim one alert.";
    ALERT_NO_RUNBOOK = Warning "alert/no-runbook", "A rule raises an alert that no runbook names.";
    ALERT_NO_RULE = Note "alert/no-rule", "A runbook names an alert that no rule raises.";
    ALERT_DEAD_LINK = Warning "alert/dead-link", "The `runbook_url` of a rule leads to no page of the site.";
    NEAR_TAG = Warning "tag/near", "A tag that few pages have is nearly one that many have.";
    NO_TRIGGER = Note "runbook/no-trigger", "A runbook names no alert and no error, so that only its title leads to it.";
    NO_STEPS = Note "runbook/no-steps", "A runbook has no list of steps and no commands.";
    WATCHED_CHANGED = Warning "runbook/watched-changed", "A path that a runbook watches has changed since its review.";
    WATCHED_MISSING = Warning "runbook/watched-missing", "A runbook watches a path that no source has.";
    NO_SEVERITY = Note "retro/no-severity", "A retro has no severity.";
    NO_TIMELINE = Warning "retro/no-timeline", "A retro has no timeline.";
    NO_IMPACT = Warning "retro/no-impact", "A retro does not say what the impact was.";
    NO_DETECTION = Note "retro/no-detection", "A retro does not say when the incident was detected.";
    NO_ACTIONS = Warning "retro/no-actions", "A resolved retro has no action items.";
    IMPOSSIBLE = Warning "retro/impossible-times", "The times of a retro contradict each other.";
    BEFORE_CAUSE = Warning "retro/before-cause", "An incident started before the release that is said to have caused it.";
    TIMES_DIFFER = Warning "retro/times-differ", "Front matter and timeline give different times for one milestone.";
    IN_FUTURE = Warning "retro/in-future", "A time of a retro lies in the future.";
    ODD_TIME = Warning "retro/odd-time", "An entry of a timeline has no time that can be read.";
    UNSORTED = Note "retro/unsorted-timeline", "The entries of a timeline are not in order.";
    NOT_REVIEWED = Note "retro/not-reviewed", "A resolved retro has not been reviewed for longer than the site allows.";
    UNKNOWN_RELEASE = Warning "retro/unknown-release", "A retro names a release that no source has.";
    UNKNOWN_RUNBOOK = Warning "retro/unknown-runbook", "A retro names a runbook that the site does not have.";
    BLAME = Warning "retro/blame", "The wording blames a person.";
    DEMO_UNKNOWN_RELEASE = Warning "demo/unknown-release", "A demo shows a release that no source has.";
    LOG_PERIOD = Note "log/period", "The period of an on-call log is no week.";
    DECISION_NO_STATUS = Note "decision/no-status", "A decision has no status.";
    DECISION_NO_SUCCESSOR = Note "decision/no-successor", "A decision is superseded, and nobody says by which.";
    DECISION_NOT_SUPERSEDED = Warning "decision/not-superseded", "A decision is replaced, and its status does not say so.";
    DECISION_UNKNOWN_SUCCESSOR = Warning "decision/unknown-successor", "A decision is replaced by one that does not exist.";
    PATH_UNKNOWN_STEP = Warning "path/unknown-step", "A step of a path is no page.";
    PATH_HIDDEN_STEP = Warning "path/hidden-step", "A step of a path is a draft, or internal while the path is public.";
    PATH_STALE_STEP = Warning "path/stale-step", "A step of a path may be out of date.";
    KIND_NO_FIELD = Warning "kind/no-field", "A page lacks a field that its kind requires.";
    KIND_NO_SECTION = Warning "kind/no-section", "A page lacks a section that its kind requires.";
    KIND_UNKNOWN_PAGE = Warning "kind/unknown-page", "A field names a page that does not exist.";
    ACTION_NO_OWNER = Warning "action/no-owner", "An open action item has no owner.";
    ACTION_NO_DUE = Note "action/no-due", "An open action item has no due day.";
    ACTION_OVERDUE = Warning "action/overdue", "An open action item is past its due day.";
    ACTION_NO_EVIDENCE = Note "action/no-evidence", "An action item is done, but names no ticket or pull request.";
    PRIVATE_KEY = Error "secret/private-key", "A private key stands in a page.";
    TOKEN = Error "secret/token", "A token of a known format stands in a page.";
    PASSWORD_IN_URL = Error "secret/password-in-url", "An address with a password stands in a page.";
    EMAIL = Note "personal/email", "A public page names an e-mail address of a person.";
    URL_GONE = Warning "url/gone", "An address that was published leads nowhere.";
    ANCHOR_GONE = Warning "url/anchor-gone", "A heading that was published is not on its page any more.";
    SPELLING = Warning "text/name", "A name is not spelled as the site spells it.";
}

macro_rules! elsewhere {
    ($($level:ident $name:literal, $about:literal;)*) => {
        const ELSEWHERE: &[Rule] = &[$(Rule { name: $name, level: Level::$level, about: $about }),*];
    };
}

// What reading and planning find; `build` reports these, too.
elsewhere! {
    Warning "config/contrast", "A colour of `[look]` is hard to read on the background.";
    Error "config/missing-file", "`[look]` names a file or a page that the site does not have.";
    Error "front-matter/syntax", "Front matter is no YAML or TOML.";
    Error "front-matter/unclosed", "Front matter is never closed.";
    Error "front-matter/kind", "A page is of a kind that does not exist.";
    Error "front-matter/value", "A field has a value of another type or form.";
    Warning "front-matter/unknown-key", "A field is nearly one that is known.";
    Note "front-matter/url-pattern", "An address pattern of Jekyll is not followed.";
    Error "markdown/directive", "A directive is not closed or not understood.";
    Warning "markdown/diagram", "A diagram can't be drawn.";
    Error "markdown/unclosed-fence", "A code block is never closed.";
    Note "markdown/foreign", "A shortcode or component of another tool is shown as text.";
    Warning "link/broken", "A link leads nowhere.";
    Warning "link/anchor", "A link leads to a heading that the page does not have.";
    Error "page/unknown-service", "A page is about a service that the catalogue does not have.";
    Error "output/leak", "An output of a public build has words of internal content.";
    Error "page/url", "A page's address leads out of the site.";
    Error "page/alias", "An alias leads out of the site.";
    Error "site/path-twice", "Two things have one address.";
    Error "catalogue/syntax", "The catalogue is no TOML.";
    Error "catalogue/value", "The catalogue has a value of another type or form.";
    Warning "catalogue/calendar", "An event of a rotation's calendar can't be read.";
    Warning "catalogue/unknown-name", "The catalogue names a team or a service that it does not have.";
    Error "alert/syntax", "A rule file is no YAML.";
    Error "source/encoding", "A file is not UTF-8.";
    Error "source/unreadable", "A file can't be read.";
    Error "source/twice", "Two files are for one place.";
    Error "source/symlink", "A symbolic link leads out of the project.";
    Error "source/file-name", "A file's name is not UTF-8.";
}

const fn joined<const N: usize>(a: &[Rule], b: &[Rule]) -> [Rule; N] {
    let mut all = [UNKNOWN_RULE; N];
    let mut at = 0;
    while at < N {
        // Both lists are known when this runs, at compile time.
        #[allow(clippy::indexing_slicing)]
        {
            all[at] = if at < a.len() { a[at] } else { b[at - a.len()] };
        }
        at += 1;
    }
    all
}

/// All rules.
pub const RULES: &[Rule] = &joined::<{ OWN.len() + ELSEWHERE.len() }>(OWN, ELSEWHERE);
