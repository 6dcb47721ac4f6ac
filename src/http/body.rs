//! Bodies: read up to a limit, parsed as JSON with the place of a mistake, unwrapped from `{"data": {...}}`.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut};
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt as _;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::problem::{Code, Problem};
use crate::domain::invalid::Invalid;

/// Largest body, in bytes.
pub const BODY_MAX_BYTES: usize = 64 * 1024;
/// Largest body of a route that takes files or long texts, in bytes: base64 makes four bytes of three.
pub const LARGE_BODY_MAX_BYTES: usize = 15 * 1024 * 1024;
/// How long a body may take to arrive; so long the rest of a refused one is taken in, too: closed any sooner, the connection of who is
/// still sending would break before they could read the refusal.
pub const BODY_READ_LIMIT: Duration = Duration::from_secs(30);

/// A body as it came. Extracting it only reads; who asks is settled before what they say is looked at.
#[derive(Debug)]
pub struct RawBody(Bytes);

impl FromRequest for RawBody {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        Box::pin(read(declared(request), payload.take(), BODY_MAX_BYTES))
    }
}

/// A body of up to [`LARGE_BODY_MAX_BYTES`], for routes that take files or long texts.
#[derive(Debug)]
pub struct LargeBody(pub RawBody);

impl FromRequest for LargeBody {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = read(declared(request), payload.take(), LARGE_BODY_MAX_BYTES);
        Box::pin(async move { body.await.map(Self) })
    }
}

/// How long a body says that it is, in bytes.
fn declared(request: &HttpRequest) -> Option<u64> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn read(declared: Option<u64>, payload: Payload, max_bytes: usize) -> Result<RawBody, Problem> {
    if declared.is_some_and(|bytes| bytes > max_bytes as u64) {
        return Err(too_large(max_bytes));
    }
    match tokio::time::timeout(BODY_READ_LIMIT, collect(payload, max_bytes)).await {
        Ok(body) => body.map(RawBody),
        Err(_) => Err(Problem::of(Code::RequestTimeout)),
    }
}

async fn collect(mut payload: Payload, max_bytes: usize) -> Result<Bytes, Problem> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem::of(Code::BodyUnreadable))?;
        if body.len() + chunk.len() > max_bytes {
            return Err(too_large(max_bytes));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn too_large(max_bytes: usize) -> Problem {
    Problem::new(Code::BodyTooLarge, format!("The body has more than {max_bytes} bytes.")).with("maxBytes", max_bytes)
}

/// A JSON object, unwrapped.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JsonBody(Map<String, Value>);

impl RawBody {
    /// A body of this text.
    #[cfg(test)]
    pub fn of(text: &str) -> Self {
        Self(Bytes::copy_from_slice(text.as_bytes()))
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The same, shared.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        self.0.clone()
    }

    /// The JSON object in it; an empty body is an empty object.
    ///
    /// # Errors
    /// 400 with line and column for what is no JSON, 422 for what is no object.
    pub fn json(&self) -> Result<JsonBody, Problem> {
        if self.0.trim_ascii().is_empty() {
            return Ok(JsonBody::default());
        }
        let value: Value = serde_json::from_slice(&self.0).map_err(|error| {
            Problem::new(Code::MalformedJson, format!("The body is not valid JSON: {error}."))
                .with("line", error.line())
                .with("column", error.column())
        })?;
        let Value::Object(mut object) = value else {
            return Err(Invalid::new("", "The body must be a JSON object.").into());
        };
        if object.len() == 1
            && let Some(Value::Object(inner)) = object.get_mut("data")
        {
            object = std::mem::take(inner);
        }
        Ok(JsonBody(object))
    }

    /// A field of the form in it.
    #[must_use]
    pub fn form_field(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(&self.0).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// All fields of a form, in order.
    #[must_use]
    pub fn form_fields(&self) -> Vec<(String, String)> {
        url::form_urlencoded::parse(&self.0).into_owned().collect()
    }
}

impl JsonBody {
    /// The body as one of the request types. These take any JSON in each field, so it cannot fail on content.
    ///
    /// # Errors
    /// 422, should a type not take it all the same.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        Ok(T::deserialize(Value::Object(self.0.clone())).map_err(|error| Invalid::new("", error.to_string()))?)
    }

    /// The same text for the same content: keys sorted at each level, no blanks.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut text = String::new();
        write_object(&self.0, &mut text);
        text
    }
}

fn write_object(object: &Map<String, Value>, text: &mut String) {
    let mut keys: Vec<&String> = object.keys().collect();
    keys.sort_unstable();
    text.push('{');
    for key in keys {
        text.push_str(&Value::String(key.clone()).to_string());
        text.push(':');
        write_value(&object[key.as_str()], text);
        text.push(',');
    }
    text.push('}');
}

fn write_value(value: &Value, text: &mut String) {
    match value {
        Value::Object(object) => write_object(object, text),
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write_value(item, text);
                text.push(',');
            }
            text.push(']');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn json(text: &str) -> Result<JsonBody, Code> {
        RawBody(Bytes::copy_from_slice(text.as_bytes())).json().map_err(|problem| problem.code())
    }

    #[test]
    fn a_body_may_be_wrapped_and_may_be_empty() {
        assert_eq!(json(r#"{"data": {"a": 1}}"#), json(r#"{"a": 1}"#));
        assert_ne!(json(r#"{"data": {"a": 1}, "b": 2}"#), json(r#"{"a": 1}"#));
        assert_eq!(json(" \n"), Ok(JsonBody::default()));
    }

    #[test]
    fn a_form_is_read_by_field() {
        let form = RawBody(Bytes::from_static(b"token=a%2Bb+c&x="));
        assert_eq!(form.form_field("token").as_deref(), Some("a+b c"));
        assert_eq!(form.form_field("x").as_deref(), Some(""));
        assert_eq!(form.form_field("y"), None);
    }

    #[test]
    fn mistakes_say_where_they_are() {
        assert_eq!(json("{"), Err(Code::MalformedJson));
        assert_eq!(json("\u{feff}{}"), Err(Code::MalformedJson));
        for no_object in ["[]", "1", "null", "\"x\""] {
            assert_eq!(json(no_object), Err(Code::Invalid), "{no_object}");
        }
        let deep = "[".repeat(10_000);
        assert_eq!(json(&deep), Err(Code::MalformedJson));
        let problem = RawBody(Bytes::from_static(b"{\n\"a\": tru}")).json().unwrap_err();
        assert!(problem.detail().contains("line 2"), "{}", problem.detail());
    }

    #[test]
    fn the_order_of_keys_does_not_matter() {
        let canonical = |text: &str| json(text).unwrap().canonical();
        assert_eq!(canonical(r#"{"a":1,"b":{"d":2,"c":[1,2]}}"#), canonical(r#"{ "b":{"c":[1,2],"d":2},"a":1}"#));
        assert_ne!(canonical(r#"{"a":[1,2]}"#), canonical(r#"{"a":[2,1]}"#));
    }

    #[actix_web::test]
    async fn a_large_body_is_refused_declared_or_not() {
        let large = vec![b' '; BODY_MAX_BYTES + 1];
        let (request, mut payload) = TestRequest::post().set_payload(large).to_http_parts();
        let problem = RawBody::from_request(&request, &mut payload).await.unwrap_err();
        assert_eq!(problem.code(), Code::BodyTooLarge);
        let (request, mut payload) = TestRequest::post().set_payload(vec![b' '; BODY_MAX_BYTES]).to_http_parts();
        assert!(RawBody::from_request(&request, &mut payload).await.is_ok());
    }
}
