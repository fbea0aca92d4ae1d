//! Diagrams that are written as text (`mermaid`), drawn when the site is built, so that no reader loads a script for them.
//!
//! A library lays them out. What it writes goes through a list of the elements and attributes that a drawing needs, for
//! labels are an author's, and its colours become the theme's, so that a diagram follows light, dark and high contrast.

use super::escape::escape_into;
use mermaid_rs_renderer::{LayoutConfig, Theme, compute_layout, parse_mermaid, render_svg};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Longest source that is drawn, in bytes: beyond it nobody could read the drawing either.
const LONGEST: usize = 20_000;

/// What a drawing consists of (SVG 2). Links, scripts, styles, animations and foreign content are left out.
const ELEMENTS: [&str; 13] = [
    "svg", "g", "defs", "marker", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text",
    "tspan",
];

/// Attributes of geometry and paint. Fonts are the page's own.
const ATTRIBUTES: [&str; 49] = [
    "viewBox",
    "width",
    "height",
    "x",
    "y",
    "x1",
    "x2",
    "y1",
    "y2",
    "dx",
    "dy",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "d",
    "points",
    "transform",
    "id",
    "refX",
    "refY",
    "markerUnits",
    "markerWidth",
    "markerHeight",
    "orient",
    "marker-start",
    "marker-mid",
    "marker-end",
    "fill",
    "fill-opacity",
    "fill-rule",
    "stroke",
    "stroke-width",
    "stroke-opacity",
    "stroke-dasharray",
    "stroke-linecap",
    "stroke-linejoin",
    "opacity",
    "text-anchor",
    "dominant-baseline",
    "font-size",
    "font-weight",
    "font-style",
    "text-decoration",
    "textLength",
    "lengthAdjust",
    "letter-spacing",
    "text-rendering",
];

/// Colours that stand for tokens of the theme while a diagram is laid out.
const TOKENS: [(&str, &str); 8] = [
    ("#fe0001", "var(--bg)"),
    ("#fe0002", "var(--surface)"),
    ("#fe0003", "var(--line)"),
    ("#fe0004", "var(--control)"),
    ("#fe0005", "var(--muted)"),
    ("#fe0006", "var(--text)"),
    ("#fe0007", "var(--accent)"),
    ("#fe0008", "var(--accent-bg)"),
];

/// A family that no machine has: widths of letters are then the library's own figures, the same on every machine.
const NO_FONT: &str = "annals-measures-without-a-font";

/// A drawing of a diagram's source as SVG that stands in a page; `number` keeps its ids apart from those of others, and
/// `label` names it for those who don't see it.
///
/// # Errors
/// Why it can't be drawn, as a sentence.
pub(super) fn draw(source: &str, number: usize, label: &str) -> Result<String, String> {
    if source.len() > LONGEST {
        return Err(format!("it has {} bytes, and {LONGEST} at most are drawn", source.len()));
    }
    // The library must not take a page down with it, whatever an author wrote.
    let drawn = catch_unwind(AssertUnwindSafe(|| {
        // Settings within the diagram are left aside: looks are the theme's.
        let parsed = parse_mermaid(source).map_err(|error| error.to_string())?;
        let (theme, layout) = (theme(), LayoutConfig { fast_text_metrics: true, ..LayoutConfig::default() });
        Ok(render_svg(&compute_layout(&parsed.graph, &theme, &layout), &theme, &layout))
    }));
    let svg = drawn.unwrap_or_else(|_| Err("it can't be laid out".to_owned()))?;
    clean(&svg, number, label)
}

/// The library's theme, with stand-ins for colours.
fn theme() -> Theme {
    let [bg, surface, line, control, muted, text, accent, tint] =
        TOKENS.map(|(stand_in, _)| stand_in.to_owned());
    Theme {
        font_family: NO_FONT.to_owned(),
        font_size: 14.0,
        primary_color: surface.clone(),
        primary_text_color: text.clone(),
        primary_border_color: control.clone(),
        line_color: muted.clone(),
        secondary_color: tint.clone(),
        tertiary_color: bg.clone(),
        edge_label_background: bg.clone(),
        cluster_background: bg.clone(),
        cluster_border: control.clone(),
        background: bg.clone(),
        sequence_actor_fill: surface.clone(),
        sequence_actor_border: control.clone(),
        sequence_actor_line: muted.clone(),
        sequence_note_fill: tint.clone(),
        sequence_note_border: accent,
        sequence_activation_fill: line,
        sequence_activation_border: control,
        text_color: text.clone(),
        pie_title_text_color: text.clone(),
        pie_legend_text_color: text,
        ..Theme::modern()
    }
}

/// Writes what is allowed of a drawing. One that has colours of its own is marked, for they are chosen for paper.
fn clean(svg: &str, number: usize, label: &str) -> Result<String, String> {
    let mut reader = Reader::from_str(svg);
    reader.config_mut().check_end_names = false;
    let mut out = String::with_capacity(svg.len());
    let mut coloured = false;
    // Elements that are left out, with all that they hold.
    let mut hidden = 0_usize;
    let mut open: Vec<&str> = Vec::new();
    loop {
        match reader.read_event().map_err(|error| format!("its drawing is broken: {error}"))? {
            Event::Start(start) => match allowed(&start) {
                Some(name) if hidden == 0 => {
                    element(&mut out, name, &start, number, label, &mut coloured);
                    out.push('>');
                    open.push(name);
                }
                _ => hidden += 1,
            },
            Event::Empty(start) => {
                if let (0, Some(name)) = (hidden, allowed(&start)) {
                    element(&mut out, name, &start, number, label, &mut coloured);
                    out.push_str("/>");
                }
            }
            Event::End(_) if hidden > 0 => hidden -= 1,
            Event::End(_) => {
                if let Some(name) = open.pop() {
                    out.push_str(&format!("</{name}>"));
                }
            }
            Event::Text(text) if hidden == 0 => {
                escape_into(&mut out, &text.decode().map_err(|error| error.to_string())?);
            }
            Event::CData(text) if hidden == 0 => {
                escape_into(&mut out, &text.decode().map_err(|error| error.to_string())?);
            }
            Event::GeneralRef(reference) if hidden == 0 => {
                let name = reference.decode().map_err(|error| error.to_string())?;
                let known = quick_xml::escape::unescape(&format!("&{name};")).map(|text| text.into_owned());
                escape_into(&mut out, &known.unwrap_or_default());
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if !open.is_empty() || !out.starts_with("<svg") {
        return Err("its drawing is broken".to_owned());
    }
    Ok(if coloured { out.replacen("<svg", "<svg class=\"paper\"", 1) } else { out })
}

/// The name of an element, if a drawing may have it.
fn allowed(start: &BytesStart<'_>) -> Option<&'static str> {
    ELEMENTS.into_iter().find(|name| name.as_bytes() == start.name().as_ref())
}

/// Writes an element's beginning, without its closing bracket.
fn element(
    out: &mut String,
    name: &str,
    start: &BytesStart<'_>,
    number: usize,
    label: &str,
    coloured: &mut bool,
) {
    out.push('<');
    out.push_str(name);
    if name == "svg" {
        out.push_str(" role=\"img\" aria-label=\"");
        escape_into(out, label);
        out.push('"');
    }
    for attribute in start.attributes().flatten() {
        let Ok(key) = std::str::from_utf8(attribute.key.as_ref()) else { continue };
        let Some(key) = ATTRIBUTES.into_iter().find(|known| *known == key) else { continue };
        let Ok(value) = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0) else { continue };
        let value = match key {
            // The page gives the whole its size.
            "width" if name == "svg" && value.ends_with('%') => continue,
            "id" => format!("D{number}-{value}"),
            "fill" | "stroke" => match paint(&value, number) {
                Some(paint) => {
                    *coloured |= is_own_colour(&paint);
                    paint
                }
                None => continue,
            },
            "marker-start" | "marker-mid" | "marker-end" => match own_reference(&value, number) {
                Some(reference) => reference,
                None => continue,
            },
            _ => value.into_owned(),
        };
        out.push_str(&format!(" {key}=\""));
        escape_into(out, &value);
        out.push('"');
    }
}

/// A colour as the theme has it, or a colour of the diagram's own; nothing that could be an address elsewhere.
fn paint(value: &str, number: usize) -> Option<String> {
    let lower = value.trim().to_ascii_lowercase();
    if let Some((_, token)) = TOKENS.iter().find(|(stand_in, _)| *stand_in == lower) {
        return Some((*token).to_owned());
    }
    if lower.starts_with("url(") {
        return own_reference(value, number);
    }
    // `none`, a colour's name, its number or a function of numbers.
    let harmless = lower.chars().all(|char| char.is_ascii_alphanumeric() || "#(),.% -".contains(char));
    (harmless && !lower.is_empty()).then_some(lower)
}

/// Whether a paint is a colour that the diagram brought along.
fn is_own_colour(paint: &str) -> bool {
    !matches!(paint, "none" | "transparent" | "currentcolor")
        && !paint.starts_with("var(")
        && !paint.starts_with("url(")
}

/// `url(#arrow)` with the diagram's number, if it refers to a part of the drawing.
fn own_reference(value: &str, number: usize) -> Option<String> {
    let id = value.trim().strip_prefix("url(#")?.strip_suffix(')')?;
    id.chars()
        .all(|char| char.is_alphanumeric() || "-_".contains(char))
        .then(|| format!("url(#D{number}-{id})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(source: &str) -> String {
        draw(source, 1, "a \"label\"").unwrap_or_else(|why| format!("not drawn: {why}"))
    }

    #[test]
    fn a_flowchart_has_its_labels_and_the_colours_of_the_theme() {
        let svg = drawn("flowchart LR\n  A[Is it down?] -->|yes| B[Drain it]\n");
        for part in
            ["Is it down?", "Drain it", "var(--text)", "role=\"img\" aria-label=\"a &quot;label&quot;\""]
        {
            assert!(svg.contains(part), "{part}: {svg}");
        }
        assert!(!svg.contains("#fe00") && !svg.contains("font-family") && !svg.contains("class="), "{svg}");
    }

    #[test]
    fn many_kinds_are_drawn() {
        for source in [
            "sequenceDiagram\n  Client->>Edge: GET /cart\n  Edge-->>Client: 502\n  Note over Client,Edge: x\n",
            "stateDiagram-v2\n  [*] --> Open\n  Open --> Resolved\n  Resolved --> [*]\n",
            "classDiagram\n  class Order {\n    +id\n  }\n  Order --> Cart\n",
            "erDiagram\n  ORDER ||--o{ LINE : has\n",
            "pie title Causes\n  \"Config\" : 40\n  \"Code\" : 60\n",
            "gantt\n  title T\n  dateFormat YYYY-MM-DD\n  section S\n  Task :a1, 2026-01-01, 30d\n",
        ] {
            let svg = drawn(source);
            assert!(svg.starts_with("<svg"), "{source}: {svg}");
        }
    }

    #[test]
    fn an_author_can_put_nothing_but_a_drawing_into_the_page() {
        let svg = drawn(
            "flowchart LR\n  A[\"<script>alert(1)</script><img src=x onerror=alert(1)>\"] --> B\n  click A \"javascript:alert(1)\" \"x\"\n  style B fill:url(https://example.com/x),stroke:red;onload=alert(1)\n",
        );
        let lower = svg.to_lowercase();
        for bad in ["<script", "<img", "<a ", "href", "style=", "https:", "<foreignobject"] {
            assert!(!lower.contains(bad), "{bad}: {svg}");
        }
    }

    #[test]
    fn colours_of_its_own_are_kept_for_paper() {
        assert!(drawn("flowchart LR\n A --> B\n style A fill:#ff99ff\n").starts_with("<svg class=\"paper\""));
        assert!(!drawn("flowchart LR\n A --> B\n").contains("paper"));
    }

    #[test]
    fn ids_differ_from_diagram_to_diagram() {
        let source = "stateDiagram-v2\n  [*] --> Open\n";
        let [one, two] = [1, 2].map(|number| draw(source, number, "x").unwrap_or_default());
        assert!(one.contains("id=\"D1-") && one.contains("url(#D1-"), "{one}");
        assert!(two.contains("id=\"D2-") && !two.contains("D1-"), "{two}");
    }

    #[test]
    fn widths_do_not_depend_on_the_machine() {
        let svg = drawn("flowchart LR\n  A[Überlauf 過負荷] --> B\n");
        assert!(svg.contains("Überlauf"), "{svg}");
        assert!(!svg.contains(NO_FONT));
    }

    #[test]
    fn what_is_no_diagram_says_why() {
        for source in ["", "nonsense", "flowchart LR\n ]]] ((\n"] {
            let _ = draw(source, 1, "x");
        }
        assert!(draw("nonsense", 1, "x").is_err_and(|why| why.contains("header")));
        let long = format!("flowchart LR\n{}", "A --> B\n".repeat(4000));
        assert!(draw(&long, 1, "x").is_err_and(|why| why.contains("20000")));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]
        #[test]
        fn no_text_panics(kind in "(flowchart TD|sequenceDiagram|stateDiagram-v2|classDiagram|erDiagram|pie|gantt|mindmap|gitGraph|timeline|journey)", rest in "(\n|[A-D]|-->|\\[|\\]|\\{|\\}|:|;|\"|end|subgraph |note |<|>|&|é|%%| ){0,40}") {
            let _ = draw(&format!("{kind}\n{rest}"), 1, "x");
        }
    }
}
