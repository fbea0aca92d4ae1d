//! Pages made of words as frequent as words are (Zipf), for measurements at any size: about 570
//! words and two or three code blocks each, with identifiers, versions and numbers among them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use annals::search::{Document, Section};

/// A small generator of numbers (xorshift64*, Marsaglia 2003), the same everywhere.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    fn unit(&mut self) -> f64 {
        self.next() as f64 / (1u64 << 53) as f64
    }
}

const COMMON: &str = "the of and to a in is for on with that by this it be as are from at or an when if not can will has which all \
after before pod node service error request proxy edge checkout database disk memory cluster leader member restart deploy rollback config \
alert runbook incident latency timeout connection upstream certificate queue worker cache token user region replica backup snapshot \
version release metric log dashboard owner team customer traffic load balancer health check retry limit quota network packet loss \
storage volume mount kernel process thread signal socket stream batch job schedule cron secret key rotate expire renew";

const SYLLABLES: [&str; 24] = [
    "ka", "re", "to", "mi", "sol", "ver", "dan", "pro", "con", "ti", "lu", "mer", "pa", "xi", "bor", "ne",
    "qua", "ster", "vo", "ri", "gen", "ha", "plo", "cu",
];

fn vocabulary(size: usize) -> Vec<String> {
    let mut words: Vec<String> = COMMON.split_whitespace().map(str::to_string).collect();
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    while words.len() < size {
        let count = 2 + numbers.below(3) as usize;
        words.push((0..count).map(|_| SYLLABLES[numbers.below(24) as usize]).collect());
    }
    words
}

/// `count` pages.
pub fn pages(count: usize) -> Vec<Document> {
    let words = vocabulary(40_000);
    let mut numbers = Numbers(0x1234_5678_9ABC_DEF1);
    (0..count).map(|number| page(number, &words, &mut numbers)).collect()
}

/// A word by its rank's frequency: uniform in the logarithm of the rank.
fn word<'a>(words: &'a [String], numbers: &mut Numbers) -> &'a str {
    let rank = (words.len() as f64).powf(numbers.unit()) as usize;
    &words[rank.min(words.len()) - 1]
}

fn sentence(words: &[String], numbers: &mut Numbers, length: u64) -> String {
    let mut out = String::new();
    for at in 0..length {
        if at > 0 {
            out.push(' ');
        }
        match numbers.below(40) {
            0 => out.push_str(&format!("{}_{}_total", word(words, numbers), word(words, numbers))),
            1 => out.push_str(&format!("v{}.{}.{}", numbers.below(9), numbers.below(30), numbers.below(30))),
            2 => out.push_str(&format!("{}", numbers.below(60_000))),
            _ => out.push_str(word(words, numbers)),
        }
    }
    out
}

fn page(number: usize, words: &[String], numbers: &mut Numbers) -> Document {
    let kinds = ["runbook", "retro", "article", "release"];
    let title = sentence(words, numbers, 5);
    let sections = (0..6)
        .map(|index| {
            let heading = sentence(words, numbers, 3);
            let paragraphs: Vec<String> = (0..5).map(|_| sentence(words, numbers, 19) + ".").collect();
            let code = if index % 2 == 1 {
                format!(
                    "kubectl -n {} get pods -l app={} -o wide\ncurl -s http://{}.svc:{}/healthz | jq .{}\nERROR {}: {} failed with code {}",
                    word(words, numbers), word(words, numbers), word(words, numbers), 8000 + numbers.below(999), word(words, numbers),
                    word(words, numbers), word(words, numbers), numbers.below(600)
                )
            } else {
                String::new()
            };
            Section {
                anchor: (index > 0).then(|| format!("{}-{index}", heading.split(' ').next().unwrap_or("part"))),
                heading: if index > 0 { heading } else { String::new() },
                level: 2,
                text: paragraphs.join(" "),
                code,
            }
        })
        .collect();
    Document {
        url: format!("{}/{}/{number}/", kinds[number % 4], number % 50),
        title,
        kind: kinds[number % 4].into(),
        date: Some(format!("20{:02}-{:02}-{:02}", 20 + number % 6, 1 + number % 12, 1 + number % 28)),
        services: vec![format!("service-{}", number % 40)],
        tags: vec![format!("tag-{}", number % 100)],
        severity: (number % 4 == 1).then(|| format!("SEV{}", 1 + number % 4)),
        sections,
        ..Document::default()
    }
}
