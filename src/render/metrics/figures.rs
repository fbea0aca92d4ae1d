//! Figures as they are shown: a value, what it is made from, how it went.

use super::super::Renderer;
use crate::site::metrics::{FEW, Period, change, trend};
use crate::theme::Words;
use crate::theme::view::FactView;
use serde::Serialize;

/// A figure.
#[derive(Serialize)]
pub(super) struct FigureView {
    /// Its name in the theme's words: `lead_time`.
    name: &'static str,
    /// What it is called.
    label: String,
    /// Its value with its unit.
    value: String,
    /// Of how many records it is.
    note: String,
    /// How it is computed, in a sentence.
    how: String,
    /// Its value in each month, the oldest first; none where there is one month only.
    spark: Vec<BarView>,
    /// The same in words.
    spark_text: String,
}

/// A bar of a small chart, 10 wide and up to 24 high.
#[derive(Serialize)]
struct BarView {
    /// Where it begins.
    x: usize,
    /// Its upper end.
    y: usize,
    /// How high it is.
    height: usize,
}

/// A figure of two periods.
#[derive(Serialize)]
pub(super) struct TrendView {
    /// What it is called.
    label: String,
    /// The figure of this time.
    now: SideView,
    /// The figure of the time before.
    before: SideView,
    /// How it went, in a word of the theme.
    trend: String,
}

/// A figure of one of them.
#[derive(Serialize)]
struct SideView {
    /// Its value with its unit.
    value: String,
    /// Of how many records.
    of: usize,
    /// The length of its bar in hundredths of the longer one.
    bar: usize,
}

/// A figure before it is in words.
struct Figure {
    name: &'static str,
    /// Its value, if there is one, and of how many records it is.
    of: fn(&Period) -> (Option<f64>, usize),
    unit: Unit,
    /// The word for its records.
    records: &'static str,
}

#[derive(Clone, Copy)]
enum Unit {
    Count,
    Percent,
    Minutes,
}

/// All figures, in their order.
const FIGURES: [Figure; 9] = [
    Figure {
        name: "releases",
        of: |period| (Some(number(period.deployments)), period.deployments),
        unit: Unit::Count,
        records: "n_releases",
    },
    Figure {
        name: "lead_time",
        of: |period| (minutes(period.lead_hours.map(|hours| hours.saturating_mul(60))), period.commits),
        unit: Unit::Minutes,
        records: "n_commits",
    },
    Figure {
        name: "change_failure_rate",
        of: |period| (period.failure_percent(), period.deployments),
        unit: Unit::Percent,
        records: "n_releases",
    },
    Figure {
        name: "recovery_time",
        of: |period| (minutes(period.recovery_minutes), period.recovered),
        unit: Unit::Minutes,
        records: "n_failed",
    },
    Figure {
        name: "incidents",
        of: |period| (Some(number(period.incidents)), period.incidents),
        unit: Unit::Count,
        records: "n_incidents",
    },
    Figure {
        name: "time_to_detect",
        of: |period| (minutes(period.detect_minutes), period.detected),
        unit: Unit::Minutes,
        records: "n_incidents",
    },
    Figure {
        name: "time_to_acknowledge",
        of: |period| (minutes(period.acknowledge_minutes), period.acknowledged),
        unit: Unit::Minutes,
        records: "n_incidents",
    },
    Figure {
        name: "restore_time",
        of: |period| (minutes(period.restore_minutes), period.restored),
        unit: Unit::Minutes,
        records: "n_incidents",
    },
    Figure {
        name: "time_to_resolve",
        of: |period| (minutes(period.resolve_minutes), period.resolved),
        unit: Unit::Minutes,
        records: "n_incidents",
    },
];

impl Unit {
    fn show(self, value: f64, words: &Words) -> String {
        match self {
            Self::Count => format!("{value:.0}"),
            Self::Percent => format!("{} %", words.decimal(value)),
            Self::Minutes => words.duration(value as i64),
        }
    }
}

impl Renderer {
    /// The figures of a period and, where it has several months, of each.
    pub(super) fn figures(&self, total: &Period, months: &[Period]) -> Vec<FigureView> {
        let word = |key: &str| self.theme.word(key).to_owned();
        let view = |figure: &Figure| {
            let (value, of) = (figure.of)(total);
            let values: Vec<Option<f64>> = months.iter().map(|month| (figure.of)(month).0).collect();
            let in_words = |value: Option<f64>| {
                value.map_or_else(|| "–".into(), |value| figure.unit.show(value, &self.theme.words))
            };
            let several = months.len() > 1;
            // How often, rather than how many: a year's count says little to whoever releases every week.
            let is_frequency = figure.name == "releases" && several;
            let name = if is_frequency { "deployment_frequency" } else { figure.name };
            let shown = if is_frequency && of > 0 {
                let rate = number(of) / number(months.len());
                Some(self.theme.word("per_month").replace("{n}", &format!("{rate:.1}")))
            } else {
                value.filter(|_| !is_frequency).map(|value| figure.unit.show(value, &self.theme.words))
            };
            let all: Vec<String> = values.iter().map(|value| in_words(*value)).collect();
            FigureView {
                name: figure.name,
                label: word(name),
                value: shown.unwrap_or_else(|| word("not_known")),
                note: self.theme.counted(figure.records, of),
                how: word(&format!("how_{}", figure.name)),
                spark: if several { bars(&values) } else { Vec::new() },
                spark_text: if several {
                    format!("{}: {}", word("by_month"), all.join(", "))
                } else {
                    String::new()
                },
            }
        };
        FIGURES.iter().map(view).collect()
    }

    /// The figures of a period against those of the time before.
    pub(super) fn trends(&self, now: &Period, before: &Period) -> Vec<TrendView> {
        if before.deployments == 0 && before.incidents == 0 {
            return Vec::new();
        }
        let row = |figure: &Figure| {
            let sides = [(figure.of)(now), (figure.of)(before)];
            let [own, last] = sides;
            let trend = match figure.unit {
                Unit::Count => change(own.1, last.1),
                Unit::Percent | Unit::Minutes => trend(own, last),
            };
            let most = sides.iter().filter_map(|(value, _)| *value).fold(0.0, f64::max);
            let [now, before] = sides.map(|(value, of)| SideView {
                value: value.map_or_else(
                    || self.theme.word("not_known").to_owned(),
                    |value| figure.unit.show(value, &self.theme.words),
                ),
                of,
                bar: value.map_or(0, |value| share(value, most, 100)),
            });
            TrendView {
                label: self.theme.word(figure.name).to_owned(),
                now,
                before,
                trend: self.theme.word(&format!("trend_{}", trend.replace(' ', "_"))).to_owned(),
            }
        };
        FIGURES.iter().map(row).collect()
    }

    /// What the figures can't say, and what they leave out, in sentences.
    pub(super) fn doubts(&self, total: &Period) -> Vec<String> {
        let mut doubts = Vec::new();
        let mut few = |count: usize, key: &str| {
            if count < FEW {
                doubts.push(format!("{}: {}", self.theme.counted(key, count), self.theme.word("too_few")));
            }
        };
        few(total.deployments, "n_releases");
        few(total.incidents, "n_incidents");
        let unknown = total.incidents - total.restored.min(total.incidents);
        if unknown > 0 {
            doubts.push(self.theme.counted("n_restore_unknown", unknown));
        }
        if total.prereleases > 0 {
            doubts.push(format!("{}: {}", self.theme.word("prereleases_left_out"), total.prereleases));
        }
        doubts
    }

    pub(super) fn severities(&self, total: &Period) -> Vec<FactView> {
        let names = ["1", "2", "3", "4", "5", self.theme.word("not_known")];
        let severity = self.theme.word("severity");
        names
            .iter()
            .zip(total.by_severity)
            .filter(|(_, count)| *count > 0)
            .map(|(name, count)| FactView {
                label: format!("{severity} {name}"),
                value: count.to_string(),
                url: None,
            })
            .collect()
    }
}

fn bars(values: &[Option<f64>]) -> Vec<BarView> {
    let most = values.iter().flatten().copied().fold(0.0, f64::max);
    let bar = |(at, value): (usize, &Option<f64>)| {
        // What is there is seen, however small it is.
        let height = share((*value)?, most, 24).max(1);
        Some(BarView { x: at * 12, y: 24 - height, height })
    };
    values.iter().enumerate().filter_map(bar).collect()
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn minutes(minutes: Option<i64>) -> Option<f64> {
    minutes.map(|minutes| minutes as f64)
}

/// A value's part of a length, against the greatest value.
fn share(value: f64, most: f64, length: usize) -> usize {
    if most <= 0.0 {
        return 0;
    }
    // Between 0 and the length: no value is below 0 or above the greatest.
    (value * number(length) / most).round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_has_a_bar_for_each_month_that_is_known() {
        let found = bars(&[Some(10.0), None, Some(5.0), Some(0.0)]);
        let places: Vec<_> = found.iter().map(|bar| (bar.x, bar.y, bar.height)).collect();
        assert_eq!(places, [(0, 0, 24), (24, 12, 12), (36, 23, 1)]);
    }
}
