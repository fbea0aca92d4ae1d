//! What positions say of a page: which section is best, whether the words stand together,
//! whether they are the title.

use super::plan::Group;
use super::score::{Parts, SectionHit};
use super::weights;
use crate::search::posting::FIELDS;

/// An occurrence of a group in a page.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
struct Place {
    section: u32,
    field: u8,
    position: u32,
    group: usize,
    factor: f64,
}

/// Fills in the parts of a page's score that need positions; its sections, best first.
pub(super) fn weigh(
    groups: &[Group],
    idfs: &[f64],
    page: u32,
    title_length: f64,
    parts: &mut Parts,
) -> Vec<SectionHit> {
    let places = places(groups, idfs, page, parts);
    parts.title = title(&places, groups, idfs, title_length);
    let mut sections: Vec<SectionHit> = Vec::new();
    let mut best_near = 0.0;
    for chunk in places.chunk_by(|a, b| a.section == b.section) {
        let near = near(chunk, groups, idfs);
        if near > best_near {
            best_near = near;
        }
        let number = chunk.first().map_or(0, |place| place.section);
        if number > 0 {
            sections.push(SectionHit { number, score: section(chunk, groups, idfs) + near * weights::NEAR });
        }
    }
    sections.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.number.cmp(&b.number)));
    parts.section = sections.first().map_or(0.0, |section| section.score);
    parts.near = best_near;
    sections
}

/// What a group is worth at most.
fn worth(group: &Group, idf: f64) -> f64 {
    group.weight * idf
}

/// The occurrences of all groups in a page, in order, each place of a group once.
fn places(groups: &[Group], idfs: &[f64], page: u32, parts: &mut Parts) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for (number, (group, idf)) in groups.iter().zip(idfs).enumerate() {
        for alternative in &group.alternatives {
            let Some(at) = alternative.postings.find(page) else { continue };
            alternative.postings.occurrences(at, |section, field, position| {
                places.push(Place { section, field, position, group: number, factor: alternative.factor });
                if let Some(sum) = parts.fields.get_mut(usize::from(field)) {
                    *sum += worth(group, *idf) * alternative.factor * weights::field(field);
                }
            });
        }
    }
    // A place's best factor first.
    places.sort_by(|a, b| {
        (a.section, a.field, a.position, a.group)
            .cmp(&(b.section, b.field, b.position, b.group))
            .then(b.factor.total_cmp(&a.factor))
    });
    places.dedup_by(|b, a| {
        (a.section, a.field, a.position, a.group) == (b.section, b.field, b.position, b.group)
    });
    places
}

/// BM25F over a section alone.
fn section(places: &[Place], groups: &[Group], idfs: &[f64]) -> f64 {
    let mut frequencies = vec![0.0; groups.len()];
    for place in places {
        if let Some(frequency) = frequencies.get_mut(place.group) {
            *frequency += place.factor * weights::field(place.field);
        }
    }
    let mut sum = 0.0;
    for ((group, idf), frequency) in groups.iter().zip(idfs).zip(frequencies) {
        sum += worth(group, *idf) * weights::saturate(frequency);
    }
    sum
}

/// For each pair of groups their closest meeting: all of the lesser one's worth where they stand
/// side by side in the query's order, and less with the square of the distance otherwise. (The
/// sequential dependence of Metzler and Croft 2005, with distances for windows.)
fn near(places: &[Place], groups: &[Group], idfs: &[f64]) -> f64 {
    let count = groups.len();
    let mut best = vec![0.0; count * count];
    for (index, place) in places.iter().enumerate() {
        for other in places.iter().skip(index + 1).take(8) {
            if other.field != place.field || other.position > place.position + 8 {
                break;
            }
            if other.group == place.group || other.position == place.position {
                continue;
            }
            let (Some(a), Some(b)) = (groups.get(place.group), groups.get(other.group)) else { continue };
            if a.first <= b.last && b.first <= a.last {
                continue;
            }
            let (Some(idf_a), Some(idf_b)) = (idfs.get(place.group), idfs.get(other.group)) else { continue };
            let (worth_a, worth_b) = (worth(a, *idf_a), worth(b, *idf_b));
            let least = if worth_a < worth_b { worth_a } else { worth_b };
            let distance = f64::from(other.position - place.position);
            let expected = if b.first > a.last { (b.first - a.last) as f64 } else { 0.0 };
            let closeness = if distance == expected { 1.0 } else { 1.0 / (1.0 + distance * distance / 2.0) };
            let score = least * closeness * place.factor * other.factor;
            let pair = if place.group < other.group {
                place.group * count + other.group
            } else {
                other.group * count + place.group
            };
            if let Some(best) = best.get_mut(pair)
                && score > *best
            {
                *best = score;
            }
        }
    }
    best.iter().sum()
}

/// How much of the title the query is, times how much of the query the title is; more where each
/// is all of the other.
fn title(places: &[Place], groups: &[Group], idfs: &[f64], length: f64) -> f64 {
    let mut worths = vec![0.0; groups.len()];
    let mut covered = 0.0;
    let mut last = None;
    for place in places.iter().filter(|place| place.section == 0 && place.field == 0) {
        let Some((group, idf)) = groups.get(place.group).zip(idfs.get(place.group)) else { continue };
        if group.extra {
            continue;
        }
        let worth = worth(group, *idf) * place.factor;
        if let Some(best) = worths.get_mut(place.group)
            && worth > *best
        {
            *best = worth;
        }
        if last != Some(place.position) {
            covered += 1.0;
            last = Some(place.position);
        }
    }
    let (mut sum, mut whole, mut all) = (0.0, 0.0, true);
    for ((group, idf), found) in groups.iter().zip(idfs).zip(worths) {
        if !group.extra {
            sum += found;
            whole += worth(group, *idf);
            all &= found > 0.0;
        }
    }
    if length < 1.0 || whole <= 0.0 {
        return 0.0;
    }
    let share = if covered < length { covered / length } else { 1.0 };
    let exact = if all && covered >= length { weights::WHOLE_TITLE } else { 1.0 };
    sum * (sum / whole) * share * exact
}

/// One number for each field.
pub(super) type Fields = [f64; FIELDS];
