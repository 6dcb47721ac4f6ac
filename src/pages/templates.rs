//! The templates, carried in the program itself and read once at the start.

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use serde::Serialize;

use super::assets;

/// A template that cannot be read, or a page that does not fit its template.
#[derive(Debug, thiserror::Error)]
#[error("a page's template is wrong: {0:#}")]
pub struct TemplateError(#[from] minijinja::Error);

/// What a template is filled with.
pub trait Page: Serialize {
    /// The template's name.
    const TEMPLATE: &'static str;

    /// One of each kind, so that a test can render every branch.
    #[cfg(test)]
    fn samples() -> Vec<Self>
    where
        Self: Sized;
}

macro_rules! templates {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("templates/", $name)))),+]
    };
}

const TEMPLATES: &[(&str, &str)] = templates!(
    "layout.html",
    "phone.html",
    "board.html",
    "index.html",
    "join.html",
    "fields.html",
    "book.html",
    "book_list.html",
    "booked_before.html",
    "picker.html",
    "manage.html",
    "moving.html",
    "already.html",
    "message.html",
    "outbox.html",
    "place.html",
    "place_waiting.html",
    "place_called.html",
    "place_over.html",
    "leave.html",
    "door.html",
    "live.html",
    "live_panel.html",
    "sign_in.html",
    "console.html",
    "desk.html",
    "desk_list.html",
    "desk_ticket.html",
    "desk_thread.html",
    "desk_forms.html",
    "desk_level.html",
    "ticket.html",
    "why.html",
    "why_picture.html",
);

/// The templates.
pub struct Templates(Environment<'static>);

impl Templates {
    /// Reads them.
    ///
    /// # Errors
    /// One of them cannot be read.
    pub fn new() -> Result<Self, TemplateError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.add_function("asset", asset);
        environment.add_function("icon", icon);
        for (name, text) in TEMPLATES {
            environment.add_template(name, text)?;
        }
        Ok(Self(environment))
    }

    /// A page as HTML.
    ///
    /// # Errors
    /// The page does not fit its template.
    pub fn render<P: Page>(&self, page: &P) -> Result<String, TemplateError> {
        Ok(self.0.get_template(P::TEMPLATE)?.render(Value::from(Serde(page)))?)
    }
}

/// `{{ asset('base.css') }}`: the address of a file.
fn asset(name: &str) -> Result<Value, minijinja::Error> {
    let address = assets::address(name);
    let missing = || minijinja::Error::new(minijinja::ErrorKind::InvalidOperation, format!("there is no file {name}"));
    address.map(Value::from_safe_string).ok_or_else(missing)
}

/// `{{ icon('bell') }}`: a picture that says nothing by itself; a word always stands beside it.
fn icon(name: &str) -> Value {
    let solid = if name == "desk-bell" { " icon-solid" } else { "" };
    Value::from_safe_string(format!(
        "<svg class=\"icon{solid}\" aria-hidden=\"true\"><use href=\"/assets/icons.svg#{name}\"></use></svg>"
    ))
}
