//! The query string, read once, with errors that name the parameter.

use actix_web::{HttpRequest, web};

use super::problem::{Code, Problem};

/// Most parameters in a query.
const PARAMETERS_MAX: usize = 50;

/// The parameters of a query; of a repeated one the first counts.
#[derive(Debug, Default)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the query of a request.
    ///
    /// # Errors
    /// 400 when it cannot be read.
    pub fn of(request: &HttpRequest) -> Result<Self, Problem> {
        match request.query_string() {
            "" => Ok(Self::default()),
            text => Self::parse(text),
        }
    }

    /// Reads a query string.
    ///
    /// # Errors
    /// 400 when it cannot be read.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let pairs = web::Query::<Vec<(String, String)>>::from_query(text)
            .map_err(|_| Problem::new(Code::InvalidQuery, "The query string cannot be read."))?
            .into_inner();
        if pairs.len() > PARAMETERS_MAX {
            return Err(Problem::new(Code::InvalidQuery, "The query string has too many parameters."));
        }
        Ok(Self(pairs))
    }

    /// A parameter as text.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether a text holds what a parameter says, in capitals or not. Each does where the parameter is not there.
    pub fn search(&self, name: &str) -> impl Fn(&str) -> bool {
        let wanted = self.get(name).map(str::to_lowercase);
        move |text| wanted.as_ref().is_none_or(|wanted| text.to_lowercase().contains(wanted))
    }

    /// A parameter as a whole number within a range.
    ///
    /// # Errors
    /// 400 when it is none.
    pub fn whole(&self, name: &'static str, min: u32, max: u32) -> Result<Option<u32>, Problem> {
        let Some(text) = self.get(name) else { return Ok(None) };
        match text.parse::<u32>() {
            Ok(number) if (min..=max).contains(&number) => Ok(Some(number)),
            _ => Err(wrong(name, &format!("must be a whole number from {min} to {max}"))),
        }
    }

    /// A parameter as `true` or `false`.
    ///
    /// # Errors
    /// 400 when it is neither.
    pub fn flag(&self, name: &'static str) -> Result<bool, Problem> {
        match self.get(name) {
            None | Some("" | "false" | "0") => Ok(false),
            Some("true" | "1") => Ok(true),
            Some(_) => Err(wrong(name, "must be true or false")),
        }
    }

    /// A parameter as `true` or `false`, where it is there.
    ///
    /// # Errors
    /// 400 when it is neither.
    pub fn choice(&self, name: &'static str) -> Result<Option<bool>, Problem> {
        self.get(name).filter(|text| !text.is_empty()).map(|_| self.flag(name)).transpose()
    }
}

fn wrong(name: &str, detail: &str) -> Problem {
    Problem::new(Code::InvalidQuery, format!("The query parameter {name} {detail}.")).with("parameter", name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_by_kind() {
        let query = Query::parse("override=true&n=7&x=a%20b&x=c").unwrap();
        assert!(query.flag("override").unwrap());
        assert!(!query.flag("absent").unwrap());
        assert_eq!(query.whole("n", 1, 9).unwrap(), Some(7));
        assert_eq!(query.get("x"), Some("a b"));
        assert!(query.flag("x").is_err());
        assert_eq!((query.choice("override").unwrap(), query.choice("absent").unwrap()), (Some(true), None));
        assert!(query.choice("n").is_err());
    }

    #[test]
    fn a_search_goes_by_part_and_not_by_capitals() {
        let query = Query::parse("name=HAIR%20c").unwrap();
        let is_named = query.search("name");
        assert!(is_named("Long hair cut") && !is_named("Haircut"));
        assert!(query.search("absent")("Haircut"));
    }
}
