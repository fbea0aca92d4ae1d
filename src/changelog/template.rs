//! A changelog through a user's own [Tera](https://keats.github.io/tera/) template.

use super::model::PackageHistory;

/// Renders `template` with `packages` as its context: the same data as the JSON form. What goes wrong
/// comes back as Tera tells it, with the line in the template.
pub fn render(template: &str, packages: &[PackageHistory]) -> Result<String, String> {
    let mut tera = tera::Tera::default();
    let told = |error: tera::Error| {
        let mut text = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        text
    };
    tera.add_raw_template("changelog", template).map_err(told)?;
    let mut context = tera::Context::new();
    context.insert("packages", &packages);
    tera.render("changelog", &context).map_err(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_sees_the_packages_and_its_faults_are_told() {
        let packages = [PackageHistory { name: "a<b".into(), ..PackageHistory::default() }];
        let text = render("{% for package in packages %}{{ package.name }}{% endfor %}", &packages);
        assert_eq!(text.unwrap(), "a<b");
        assert!(render("{% for %}", &packages).is_err());
        assert!(render("{{ nothing.here }}", &packages).is_err());
    }
}
