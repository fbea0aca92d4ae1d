//! `annals check`: each rule has a site that trips it and one that does not.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that can not go on fails"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

type Files = &'static [(&'static str, &'static str)];

const SITE: &str = "[site]\ntitle = \"T\"\n[content]\naudience = \"public\"\n";
const RUNBOOK: &str = "---\ntitle: R\nowner: edge\nalerts: [EdgeDown]\n---\n\n1. Look.\n\n```bash\nls\n```\n";
const CATALOGUE: &str = "[teams.edge]\ntitle = \"Edge\"\n[services.web]\nowner = \"edge\"\ntier = 2\n";
const RETRO: &str = "---\ntitle: R\ndate: 2026-03-14\nseverity: SEV1\nstatus: resolved\nstarted: 2026-03-14T09:00Z\ndetected: 2026-03-14T09:10Z\nresolved: 2026-03-14T10:00Z\nreviewed: 2026-03-20\n---\n\n## Impact\n\nSome.\n\n## Timeline\n\n- 09:00 UTC **started** a\n- 10:00 UTC **resolved** b\n\n## Action items\n\n- [ ] Do it @edge due:2027-01-01\n";

/// A rule, a site that trips it, and one that does not.
#[rustfmt::skip]
const CASES: &[(&str, Files, Files)] = &[
    ("check/unknown-rule", &[("content/a.md", "<!-- annals: allow page/orfan, why not -->\n\n# A\n\nx\n")], &[("content/a.md", "<!-- annals: allow-page page/orphan, why not -->\n\n# A\n\nx\n")]),
    ("check/no-reason", &[("content/a.md", "# A\n\n<!-- annals: allow page/placeholder -->\nTODO\n")], &[("content/a.md", "# A\n\n<!-- annals: allow page/placeholder, it is about them -->\nTODO\n")]),
    ("check/not-needed", &[("content/a.md", "# A\n\n<!-- annals: allow page/placeholder, it is about them -->\nnothing\n")], &[("content/a.md", "# A\n\n<!-- annals: allow page/placeholder, it is about them -->\nTODO\n")]),
    ("page/title-twice", &[("content/a/a.md", "# A\n\nx\n"), ("content/a/b.md", "# a\n\nx\n")], &[("content/a/a.md", "# A\n\nx\n"), ("content/b/b.md", "# A\n\nx\n")]),
    ("security/expired", &[("site.toml", "[security]\ncontact = [\"mailto:a@example.org\"]\nexpires = 2026-01-01\n"), ("content/a.md", "# A\n\nx\n")], &[("site.toml", "[security]\ncontact = [\"mailto:a@example.org\"]\nexpires = 2027-01-01\n"), ("content/a.md", "# A\n\nx\n")]),
    ("page/empty", &[("content/a.md", "---\ntitle: A\n---\n")], &[("content/a.md", "---\ntitle: A\n---\nx\n")]),
    ("page/orphan", &[("content/a.md", "# A\n\nx\n")], &[("content/a.md", "# A\n\n[b](b.md)\n"), ("content/b.md", "# B\n\n[a](a.md)\n")]),
    ("page/placeholder", &[("content/a.md", "# A\n\nTODO: write\n")], &[("content/a.md", "# A\n\n`TODO` todo\n\n    TODO\n")]),
    ("page/stale", &[("content/a.md", "---\ntitle: A\nreviewed: 2026-01-01\nreview_every: 90d\n---\nx\n")], &[("content/a.md", "---\ntitle: A\nreviewed: 2026-05-01\nreview_every: 90d\n---\nx\n")]),
    ("page/no-owner", &[("content/runbooks/a.md", "# A\n\nx\n")], &[("content/runbooks/a.md", RUNBOOK), ("content/runbooks/b.md", "# B\n\nx\n"), ("services.toml", CATALOGUE), ("CODEOWNERS", "/content/runbooks/ @acme/edge\n")]),
    ("page/unknown-owner", &[("services.toml", CATALOGUE), ("content/a.md", "---\ntitle: A\nowner: egde\n---\nx\n")], &[("services.toml", CATALOGUE), ("content/a.md", "---\ntitle: A\nowner: edge\n---\nx\n")]),
    ("owner/unknown", &[("services.toml", CATALOGUE), ("CODEOWNERS", "* @acme/egde\n"), ("content/a.md", "# A\n\nx\n")], &[("services.toml", CATALOGUE), ("CODEOWNERS", "* @acme/edge @jo\n"), ("content/a.md", "# A\n\nx\n")]),
    ("page/date-in-future", &[("content/a.md", "---\ntitle: A\ndate: 2026-06-09\n---\nx\n")], &[("content/a.md", "---\ntitle: A\ndate: 2026-06-02\n---\nx\n")]),
    ("page/updated-before-date", &[("content/a.md", "---\ntitle: A\ndate: 2026-05-09\nupdated: 2026-05-01\n---\nx\n")], &[("content/a.md", "---\ntitle: A\ndate: 2026-05-01\nupdated: 2026-05-01\n---\nx\n")]),
    ("heading/level-skipped", &[("content/a.md", "# A\n\n### B\n\nx\n")], &[("content/a.md", "# A\n\n## B\n\n### C\n\n## D\n\nx\n")]),
    ("heading/second-title", &[("content/a.md", "---\ntitle: A\n---\n# B\n\nx\n\n# C\n")], &[("content/a.md", "---\ntitle: A\n---\n# A\n\nx\n")]),
    ("heading/empty", &[("content/a.md", "# A\n\n##\n\nx\n")], &[("content/a.md", "# A\n\n## B\n\nx\n")]),
    ("heading/twice", &[("content/a.md", "# A\n\n## B\n\nx\n\n## b\n")], &[("content/a.md", "# A\n\n## B\n\nx\n\n## C\n")]),
    ("image/no-alt", &[("content/a.md", "# A\n\n![](b.png)\n"), ("content/b.png", "")], &[("content/a.md", "# A\n\n![B](b.png)\n"), ("content/b.png", "")]),
    ("image/other-host", &[("content/a.md", "# A\n\n![B](https://other.example/b.png)\n")], &[("content/a.md", "# A\n\n![B](b.png)\n"), ("content/b.png", "")]),
    ("link/no-text", &[("content/a.md", "# A\n\n[](https://x.example)\n")], &[("content/a.md", "# A\n\n[![b](b.png)](https://x.example)\n"), ("content/b.png", "")]),
    ("link/vague", &[("content/a.md", "# A\n\n[here](https://x.example)\n")], &[("content/a.md", "# A\n\n[the list here](https://x.example)\n")]),
    ("link/insecure", &[("content/a.md", "# A\n\n[the list](http://x.org)\n")], &[("content/a.md", "# A\n\n[the list](http://localhost:80) [b](https://x.org)\n")]),
    ("link/to-internal", &[("content/a.md", "# A\n\n[b](b.md)\n"), ("content/b.md", "---\ntitle: B\naudience: internal\n---\nx\n")], &[("content/a.md", "---\ntitle: A\naudience: internal\n---\n[b](b.md)\n"), ("content/b.md", "---\ntitle: B\naudience: internal\n---\nx\n")]),
    ("link/to-draft", &[("site.toml", "[content]\ndrafts = true\n"), ("content/a.md", "# A\n\n[b](b.md)\n"), ("content/b.md", "---\ntitle: B\ndraft: true\n---\nx\n")], &[("content/a.md", "# A\n\n[b](b.md)\n"), ("content/b.md", "# B\n\nx\n")]),
    ("code/no-language", &[("content/runbooks/a.md", "# A\n\n```\nls\n```\n")], &[("content/runbooks/a.md", RUNBOOK)]),
    ("service/no-owner", &[("services.toml", "[services.web]\ntier = 2\n"), ("content/a.md", "# A\n\nx\n")], &[("services.toml", CATALOGUE), ("content/a.md", "# A\n\nx\n")]),
    ("service/no-runbook", &[("services.toml", "[services.web]\ntier = 1\n"), ("content/a.md", "# A\n\nx\n")], &[("services.toml", "[services.web]\ntier = 1\n"), ("content/runbooks/a.md", "---\ntitle: A\nservices: [web]\n---\nx\n")]),
    ("service/unknown-dependency", &[("services.toml", "[services.web]\ndepends_on = [\"bd\"]\n"), ("content/a.md", "# A\n\nx\n")], &[("services.toml", "[services.web]\ndepends_on = [\"db\"]\n[services.db]\n"), ("content/a.md", "# A\n\nx\n")]),
    ("alert/twice", &[("content/runbooks/a.md", RUNBOOK), ("content/runbooks/b.md", RUNBOOK)], &[("content/runbooks/a.md", RUNBOOK)]),
    ("alert/no-runbook", &[("site.toml", "[site]\nbase_url = \"https://kb.example/\"\n[alerts]\nrules = [\"a.yml\"]\n"), ("a.yml", "groups:\n- name: a\n  rules:\n  - alert: EdgeSlow\n    annotations:\n      runbook_url: https://kb.example/\n"), ("content/runbooks/a.md", RUNBOOK)], &[("site.toml", "[site]\nbase_url = \"https://kb.example/\"\n[alerts]\nrules = [\"a.yml\"]\n"), ("a.yml", "groups:\n- name: a\n  rules:\n  - alert: EdgeDown\n    annotations:\n      runbook_url: https://kb.example/alerts/EdgeDown/\n"), ("content/runbooks/a.md", RUNBOOK)]),
    ("alert/no-rule", &[("site.toml", "[site]\nbase_url = \"https://kb.example/\"\n[alerts]\nrules = [\"a.yml\"]\n"), ("a.yml", "groups:\n- name: a\n  rules:\n  - alert: EdgeDwon\n    annotations:\n      runbook_url: https://kb.example/\n"), ("content/runbooks/a.md", RUNBOOK)], &[("site.toml", "[site]\nbase_url = \"https://kb.example/\"\n[alerts]\nrules = [\"a.yml\"]\n"), ("a.yml", "groups:\n- name: a\n  rules:\n  - alert: EdgeDown\n    annotations:\n      runbook_url: https://kb.example/alerts/EdgeDown/\n"), ("content/runbooks/a.md", RUNBOOK)]),
    ("alert/dead-link", &[("site.toml", "[site]\nbase_url = \"https://kb.example/\"\n[alerts]\nrules = [\"a.yml\"]\n"), ("a.yml", "groups:\n- name: a\n  rules:\n  - alert: EdgeDown\n    annotations:\n      runbook_url: https://kb.example/runbooks/edge/\n"), ("content/runbooks/a.md", RUNBOOK)], &[("site.toml", "[site]\nbase_url = \"https://kb.example/\"\n[alerts]\nrules = [\"a.yml\"]\n"), ("a.yml", "groups:\n- name: a\n  rules:\n  - alert: EdgeDown\n    annotations:\n      runbook_url: https://kb.example/alerts/EdgeDown/\n"), ("content/runbooks/a.md", RUNBOOK)]),
    ("alert/syntax", &[("site.toml", "[site]\nbase_url = \"https://kb.example/\"\n[alerts]\nrules = [\"a.yml\"]\n"), ("a.yml", "groups: ["), ("content/runbooks/a.md", RUNBOOK)], &[("site.toml", "[site]\nbase_url = \"https://kb.example/\"\n[alerts]\nrules = [\"a.yml\"]\n"), ("a.yml", "groups:\n- name: a\n  rules:\n  - alert: EdgeDown\n    annotations:\n      runbook_url: https://kb.example/alerts/EdgeDown/\n"), ("content/runbooks/a.md", RUNBOOK)]),
    ("tag/near", &[("content/a.md", "---\ntags: [netwrok]\n---\nx\n"), ("content/b.md", "---\ntags: [network]\n---\nx\n"), ("content/c.md", "---\ntags: [network]\n---\nx\n"), ("content/d.md", "---\ntags: [network]\n---\nx\n"), ("content/e.md", "---\ntags: [network]\n---\nx\n"), ("content/f.md", "---\ntags: [network]\n---\nx\n")], &[("content/a.md", "---\ntags: [storage]\n---\nx\n"), ("content/b.md", "---\ntags: [network]\n---\nx\n")]),
    ("kind/no-field", &[("site.toml", "[kinds.drill]\nlabel = \"Drill\"\nsections = [\"Result\"]\nfields = [{ name = \"verdict\", required = true, choices = [\"passed\", \"failed\"] }, { name = \"follows\", type = \"page\" }]\n"), ("content/drills/a.md", "## Result\n\nx\n")], &[("site.toml", "[kinds.drill]\nlabel = \"Drill\"\nsections = [\"Result\"]\nfields = [{ name = \"verdict\", required = true, choices = [\"passed\", \"failed\"] }, { name = \"follows\", type = \"page\" }]\n"), ("content/drills/a.md", "---\nverdict: passed\nfollows: b\n---\n## Result\n\nx\n"), ("content/b.md", "# B\n\nx\n")]),
    ("kind/no-section", &[("site.toml", "[kinds.drill]\nlabel = \"Drill\"\nsections = [\"Result\"]\nfields = [{ name = \"verdict\", required = true, choices = [\"passed\", \"failed\"] }, { name = \"follows\", type = \"page\" }]\n"), ("content/drills/a.md", "---\nverdict: passed\n---\nx\n")], &[("site.toml", "[kinds.drill]\nlabel = \"Drill\"\nsections = [\"Result\"]\nfields = [{ name = \"verdict\", required = true, choices = [\"passed\", \"failed\"] }, { name = \"follows\", type = \"page\" }]\n"), ("content/drills/a.md", "---\nverdict: passed\nfollows: b\n---\n## Result\n\nx\n"), ("content/b.md", "# B\n\nx\n")]),
    ("kind/unknown-page", &[("site.toml", "[kinds.drill]\nlabel = \"Drill\"\nsections = [\"Result\"]\nfields = [{ name = \"verdict\", required = true, choices = [\"passed\", \"failed\"] }, { name = \"follows\", type = \"page\" }]\n"), ("content/drills/a.md", "---\nverdict: passed\nfollows: c\n---\n## Result\n\nx\n")], &[("site.toml", "[kinds.drill]\nlabel = \"Drill\"\nsections = [\"Result\"]\nfields = [{ name = \"verdict\", required = true, choices = [\"passed\", \"failed\"] }, { name = \"follows\", type = \"page\" }]\n"), ("content/drills/a.md", "---\nverdict: passed\nfollows: b\n---\n## Result\n\nx\n"), ("content/b.md", "# B\n\nx\n")]),
    ("decision/no-status", &[("content/decisions/a.md", "# A\n\nx\n")], &[("content/decisions/a.md", "---\nstatus: accepted\n---\nx\n")]),
    ("decision/no-successor", &[("content/decisions/a.md", "---\nstatus: superseded\n---\nx\n")], &[("content/decisions/a.md", "---\nstatus: superseded\nreplaced_by: b\n---\nx\n"), ("content/decisions/b.md", "---\nstatus: accepted\n---\nx\n")]),
    ("decision/not-superseded", &[("content/decisions/a.md", "---\nstatus: accepted\nreplaced_by: b\n---\nx\n"), ("content/decisions/b.md", "---\nstatus: accepted\n---\nx\n")], &[("content/decisions/a.md", "---\nstatus: superseded\nreplaced_by: b\n---\nx\n"), ("content/decisions/b.md", "---\nstatus: accepted\n---\nx\n")]),
    ("decision/unknown-successor", &[("content/decisions/a.md", "---\nstatus: superseded\nreplaced_by: b\n---\nx\n"), ("content/b.md", "# B\n\nno decision\n")], &[("content/decisions/a.md", "---\nstatus: superseded\nreplaced_by: b\n---\nx\n"), ("content/decisions/b.md", "---\nstatus: accepted\n---\nx\n")]),
    ("path/unknown-step", &[("content/paths/a.md", "---\nsteps: [b, c]\n---\nx\n"), ("content/b.md", "# B\n\nx\n")], &[("content/paths/a.md", "---\nsteps: [b]\n---\nx\n"), ("content/b.md", "# B\n\nx\n")]),
    ("path/hidden-step", &[("content/paths/a.md", "---\nsteps: [b]\n---\nx\n"), ("content/b.md", "---\naudience: internal\n---\nx\n")], &[("content/paths/a.md", "---\nsteps: [b]\naudience: internal\n---\nx\n"), ("content/b.md", "---\naudience: internal\n---\nx\n")]),
    ("path/stale-step", &[("content/paths/a.md", "---\nsteps: [b]\n---\nx\n"), ("content/b.md", "---\nreviewed: 2026-01-01\nreview_every: 90d\n---\nx\n")], &[("content/paths/a.md", "---\nsteps: [b]\n---\nx\n"), ("content/b.md", "---\nreviewed: 2026-05-01\nreview_every: 90d\n---\nx\n")]),
    ("log/period", &[("content/oncall/a.md", "---\nperiod: spring\n---\nx\n")], &[("content/oncall/a.md", "---\nperiod: 2026-W12\n---\nx\n")]),
    ("catalogue/calendar", &[("services.toml", "[rotations.a]\ncalendar = \"a.ics\"\n"), ("a.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\nEND:VEVENT\nEND:VCALENDAR\n"), ("content/a.md", "# A\n\nx\n")], &[("services.toml", "[rotations.a]\ncalendar = \"a.ics\"\n"), ("a.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260316T090000Z\nDTEND:20260323T090000Z\nSUMMARY:a\nEND:VEVENT\nEND:VCALENDAR\n"), ("content/a.md", "# A\n\nx\n")]),
    ("runbook/no-trigger", &[("content/runbooks/a.md", "# A\n\n1. x\n")], &[("content/runbooks/a.md", RUNBOOK)]),
    ("runbook/no-steps", &[("content/runbooks/a.md", "# A\n\nx\n")], &[("content/runbooks/a.md", RUNBOOK)]),
    ("retro/no-severity", &[("content/retros/a.md", "# A\n\nx\n")], &[("content/retros/a.md", RETRO)]),
    ("retro/no-timeline", &[("content/retros/a.md", "# A\n\nx\n")], &[("content/retros/a.md", RETRO)]),
    ("retro/no-impact", &[("content/retros/a.md", "# A\n\nx\n")], &[("content/retros/a.md", RETRO)]),
    ("retro/no-detection", &[("content/retros/a.md", "# A\n\nx\n")], &[("content/retros/a.md", RETRO)]),
    ("retro/no-actions", &[("content/retros/a.md", "# A\n\nx\n")], &[("content/retros/a.md", RETRO), ("content/retros/b.md", "---\ntitle: B\nstatus: investigating\n---\nx\n")]),
    ("retro/impossible-times", &[("content/retros/a.md", "---\nstarted: 2026-03-14T09:00Z\nresolved: 2026-03-14T08:00Z\n---\nx\n")], &[("content/retros/a.md", RETRO)]),
    ("retro/in-future", &[("content/retros/a.md", "---\nstarted: 2026-06-14T09:00Z\n---\nx\n")], &[("content/retros/a.md", RETRO)]),
    ("retro/times-differ", &[("content/retros/a.md", "---\ndate: 2026-03-14\nstarted: 2026-03-14T09:00Z\n---\n## Timeline\n\n- 09:05 UTC **started** a\n")], &[("content/retros/a.md", RETRO)]),
    ("retro/odd-time", &[("content/retros/a.md", "---\ndate: 2026-03-14\n---\n## Timeline\n\n| Time | Event |\n| --- | --- |\n| noon | a |\n| 12:10 | b |\n")], &[("content/retros/a.md", RETRO)]),
    ("retro/unsorted-timeline", &[("content/retros/a.md", "---\ndate: 2026-03-14\n---\n## Timeline\n\n- 10:00 UTC a\n- 09:30 UTC b\n")], &[("content/retros/a.md", RETRO)]),
    ("retro/not-reviewed", &[("content/retros/a.md", "---\ndate: 2026-03-14\nstatus: resolved\n---\nx\n")], &[("content/retros/a.md", RETRO)]),
    ("retro/unknown-runbook", &[("content/retros/a.md", "---\nrunbooks: [edge-dwon]\n---\nx\n"), ("content/runbooks/edge-down.md", RUNBOOK)], &[("content/retros/a.md", "---\nrunbooks: [edge-down]\n---\nx\n"), ("content/runbooks/edge-down.md", RUNBOOK)]),
    ("retro/blame", &[("content/retros/a.md", "# A\n\nThe engineer should have checked the config.\n")], &[("content/retros/a.md", "# A\n\nThe alert should have checked the config.\n"), ("content/a.md", "# A\n\nThe engineer should have checked the config.\n")]),
    ("action/no-owner", &[("content/retros/a.md", "# A\n\n## Action items\n\n- [ ] Do it\n")], &[("content/retros/a.md", RETRO)]),
    ("action/no-due", &[("content/retros/a.md", "# A\n\n## Action items\n\n- [ ] Do it @edge\n")], &[("content/retros/a.md", RETRO)]),
    ("action/overdue", &[("content/retros/a.md", "# A\n\n## Action items\n\n- [ ] Do it @edge due:2026-05-01\n")], &[("content/retros/a.md", RETRO)]),
    ("action/no-evidence", &[("content/retros/a.md", "# A\n\n## Action items\n\n- [x] Do it @edge\n")], &[("content/retros/a.md", "# A\n\n## Action items\n\n- [x] Do it @edge #12\n")]),
    ("secret/private-key", &[("content/a.md", "# A\n\n```\n-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7bq3\n```\n")], &[("content/a.md", "# A\n\n`-----BEGIN RSA PRIVATE KEY-----` begins one.\n")]),
    ("secret/token", &[("content/a.md", "# A\n\n`AKIAQ7RSLK2M4TWVXYZA`\n")], &[("content/a.md", "# A\n\n`AKIAIOSFODNN7EXAMPLE`\n")]),
    ("secret/password-in-url", &[("content/a.md", "# A\n\n`postgres://app:h8Gz2kq@db/x`\n")], &[("content/a.md", "# A\n\n`postgres://app:$PASSWORD@db/x` `postgres://user:password@db/x`\n")]),
    ("personal/email", &[("content/a.md", "# A\n\njo@acme.org\n")], &[("content/a.md", "# A\n\nsupport@acme.org jo@example.org\n"), ("content/b.md", "---\naudience: internal\n---\njo@acme.org\n")]),
    ("url/gone", &[("urls.txt", "b/\n"), ("content/a.md", "# A\n\nx\n")], &[("urls.txt", "# b/\na/\nb/\n"), ("content/a.md", "---\naliases: [/b/]\n---\n# A\n\nx\n")]),
    ("url/anchor-gone", &[("urls.txt", "a/#old-steps\n"), ("content/a.md", "# A\n\n## Other\n")], &[("urls.txt", "a/#old-steps\na/#other\nb/#old-steps\nb/\n"), ("content/a.md", "---\naliases: [/b/]\n---\n# A\n\n<a id=\"old-steps\"></a>\n\n## Other\n")]),
    ("text/name", &[("site.toml", "[check.names]\nPostgreSQL = [\"Postgres SQL\"]\n"), ("content/a.md", "# A\n\nPostgres SQL\n")], &[("site.toml", "[check.names]\nPostgreSQL = [\"Postgres SQL\"]\n"), ("content/a.md", "# A\n\nPostgreSQL `Postgres SQL`\n")]),
    ("front-matter/syntax", &[("content/a.md", "---\na: [\n---\nx\n")], &[("content/a.md", "x\n")]),
    ("front-matter/unclosed", &[("content/a.md", "---\ntitle: A\n\nx\n")], &[("content/a.md", "x\n")]),
    ("config/contrast", &[("site.toml", "[look]\naccent = { light = \"#8fbcff\", dark = \"#8fbcff\" }\n")], &[("site.toml", "[look]\naccent = { light = \"#0a55b5\", dark = \"#8fbcff\" }\n")]),
    ("config/missing-file", &[("site.toml", "[look]\nlogo = \"logo.svg\"\n")], &[("site.toml", "[look]\nlogo = \"logo.svg\"\n"), ("static/logo.svg", "<svg/>")]),
    ("front-matter/kind", &[("content/a.md", "---\nkind: runbok\n---\nx\n")], &[("content/a.md", "---\nkind: runbook\n---\nx\n")]),
    ("front-matter/value", &[("content/a.md", "---\ndate: soon\n---\nx\n")], &[("content/a.md", "---\ndate: 2026-01-01\n---\nx\n")]),
    ("front-matter/unknown-key", &[("content/a.md", "---\ntitel: A\n---\nx\n")], &[("content/a.md", "---\nwhatever: A\n---\nx\n")]),
    ("markdown/directive", &[("content/a.md", "x\n\n::include{file=\"no.txt\"}\n")], &[("content/a.md", "x\n")]),
    ("markdown/unclosed-fence", &[("content/a.md", "x\n\n```\ny\n")], &[("content/a.md", "x\n\n```\ny\n```\n")]),
    ("markdown/diagram", &[("content/a.md", "x\n\n```mermaid\nA leads to B\n```\n")], &[("content/a.md", "x\n\n```mermaid\nflowchart LR\nA --> B\n```\n")]),
    ("markdown/foreign", &[("content/a.md", "x {{< figure src=\"a\" >}}\n")], &[("content/a.md", "x\n")]),
    ("link/broken", &[("content/a.md", "[b](b.md)\n")], &[("content/a.md", "[b](a.md)\n")]),
    ("link/anchor", &[("content/a.md", "[b](#b)\n")], &[("content/a.md", "[b](#b)\n\n## B\n")]),
    ("page/unknown-service", &[("services.toml", CATALOGUE), ("content/a.md", "---\nservices: [wbe]\n---\nx\n")], &[("services.toml", CATALOGUE), ("content/a.md", "---\nservices: [web]\n---\nx\n")]),
    ("page/alias", &[("content/a.md", "---\naliases: [../../b/]\n---\nx\n")], &[("content/a.md", "---\naliases: [/c/]\n---\nx\n")]),
    ("site/path-twice", &[("content/a.md", "---\nslug: b\n---\nx\n"), ("content/b.md", "x\n")], &[("content/a.md", "x\n"), ("content/b.md", "x\n")]),
    ("catalogue/syntax", &[("services.toml", "[a"), ("content/a.md", "x\n")], &[("services.toml", CATALOGUE), ("content/a.md", "x\n")]),
    ("catalogue/value", &[("services.toml", "[services.a]\ntier = \"x\"\n"), ("content/a.md", "x\n")], &[("services.toml", CATALOGUE), ("content/a.md", "x\n")]),
    ("catalogue/unknown-name", &[("services.toml", "[services.a]\nowner = \"egde\"\n[teams.edge]\n"), ("content/a.md", "x\n")], &[("services.toml", CATALOGUE), ("content/a.md", "x\n")]),
];

/// Rules that other tests trip: they need a history, a symbolic link or a file name that this table can't hold.
const ELSEWHERE: &[&str] = &[
    "external/gone",
    "external/moved",
    "external/unknown",
    "output/leak",
    "retro/before-cause",
    "runbook/watched-changed",
    "runbook/watched-missing",
    "front-matter/url-pattern",
    "page/url",
    "retro/unknown-release",
    "demo/unknown-release",
    "source/encoding",
    "source/file-name",
    "source/symlink",
    "source/twice",
    "source/unreadable",
];

fn annals(root: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_annals")).arg("-C").arg(root).args(args).output().unwrap()
}

fn site(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("site.toml"), SITE).unwrap();
    for (path, text) in files {
        let file = root.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    root
}

/// The rules that find something.
fn tripped(files: &[(&str, &str)]) -> BTreeSet<String> {
    let root = site(files);
    let out = annals(root.path(), &["check", "--format", "json", "--drafts", "--now", "2026-06-01"]);
    let report: serde_json::Value = serde_json::from_slice(&out.stdout)
        .unwrap_or_else(|_| panic!("{files:?}: {}", String::from_utf8_lossy(&out.stderr)));
    let found = report["diagnostics"].as_array().unwrap();
    found.iter().map(|diagnostic| diagnostic["rule"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn each_rule_finds_what_it_is_for_and_nothing_else() {
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let halves = CASES.chunks(CASES.len().div_ceil(2)).map(|cases| {
            scope.spawn(move || {
                let mut wrong = Vec::new();
                for (rule, bad, good) in cases {
                    if !tripped(bad).contains(*rule) {
                        wrong.push(format!("{rule} is not tripped"));
                    }
                    if tripped(good).contains(*rule) {
                        wrong.push(format!("{rule} is a false alarm"));
                    }
                }
                wrong
            })
        });
        let halves: Vec<_> = halves.collect();
        halves.into_iter().flat_map(|half| half.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_rule_has_a_case() {
    let listed: BTreeSet<&str> = annals::check::RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(listed.len(), annals::check::RULES.len(), "no name is there twice");
    let tested: BTreeSet<&str> =
        CASES.iter().map(|(rule, ..)| *rule).chain(ELSEWHERE.iter().copied()).collect();
    assert_eq!(listed, tested);
}

#[test]
fn levels_are_set_by_the_site_and_deny_decides() {
    let root = site(&[("content/a.md", "# A\n\nTODO\n")]);
    let code = |args: &[&str]| annals(root.path(), args).status.code();
    assert_eq!(code(&["check"]), Some(0));
    assert_eq!(code(&["check", "--deny", "warnings"]), Some(1));
    fs::write(root.path().join("site.toml"), "[check.rules]\n\"page/placeholder\" = \"error\"\n").unwrap();
    assert_eq!(code(&["check"]), Some(1));
    fs::write(
        root.path().join("site.toml"),
        "[check.rules]\n\"page/placeholder\" = \"off\"\n\"page/orphan\" = \"off\"\n",
    )
    .unwrap();
    let out = annals(root.path(), &["check", "--deny", "warnings"]);
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    fs::write(root.path().join("site.toml"), "[check.rules]\n\"page/orfan\" = \"off\"\n").unwrap();
    let text = String::from_utf8(annals(root.path(), &["check"]).stderr).unwrap();
    assert!(text.contains("did you mean `page/orphan`?"), "{text}");
}

#[test]
fn a_retro_that_names_an_unknown_release_is_told() {
    let root = site(&[("content/retros/a.md", "---\ncaused_by: api@9.9.9\n---\nx\n")]);
    let git = |args: &[&str]| {
        let ok = Command::new("git").arg("-C").arg(root.path()).args(args).output().unwrap().status.success();
        assert!(ok, "git {args:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-qm", "feat: a"]);
    git(&["tag", "v1.0.0"]);
    let text = String::from_utf8(annals(root.path(), &["check"]).stderr).unwrap();
    assert!(text.contains("retro/unknown-release"), "{text}");
}

#[test]
fn the_reference_lists_every_rule_as_it_is() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/reference/rules/_index.md");
    let text = fs::read_to_string(file).unwrap();
    let mut rules: Vec<_> = annals::check::RULES.iter().collect();
    rules.sort_by_key(|rule| rule.name);
    for rule in rules {
        let level = format!("{:?}", rule.level).to_lowercase();
        let page = rule.name.replace('/', "-");
        let row = format!("| [`{}`]({page}.md) | {level} | {} |", rule.name, rule.about);
        assert!(text.contains(&row), "missing in content/reference/rules/_index.md:\n{row}");
    }
}
