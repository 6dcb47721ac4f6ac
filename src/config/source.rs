//! Where settings come from, laid over one another so that each value remembers its origin.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use figment::providers::{Format, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};

use super::catalogue::{CATALOGUE, Setting};
use super::error::ConfigError;

/// The settings file that is read when it is there.
const DEFAULT_FILE: &str = "frontdesk.toml";
/// Most of a wrong value that a message repeats, in characters.
const SHOWN_VALUE_MAX_CHARACTERS: usize = 60;

/// The variables of the environment that are settings. A variable that is set to nothing counts as not set.
#[derive(Clone, Debug, Default)]
pub struct Environment(BTreeMap<&'static str, String>);

impl Environment {
    /// The environment of this process.
    ///
    /// # Errors
    /// A variable that is not valid UTF-8.
    pub fn of_this_process() -> Result<Self, ConfigError> {
        let mut variables = BTreeMap::new();
        for (setting, variable) in variables_of_settings() {
            match std::env::var(variable) {
                Ok(value) => {
                    variables.insert(variable, value);
                }
                Err(std::env::VarError::NotPresent) => {}
                Err(std::env::VarError::NotUnicode(_)) => {
                    return Err(ConfigError::Invalid {
                        key: setting.key,
                        origin: origin_of_variable(variable),
                        found: "not valid UTF-8".to_owned(),
                        expected: setting.expected,
                    });
                }
            }
        }
        Ok(Self(variables))
    }

    /// An environment made by hand, for tests; variables that are no settings are left out.
    #[must_use]
    pub fn of(pairs: &[(&str, &str)]) -> Self {
        let known = variables_of_settings().filter_map(|(_, variable)| {
            let (_, value) = pairs.iter().find(|(name, _)| *name == variable)?;
            Some((variable, (*value).to_owned()))
        });
        Self(known.collect())
    }
}

/// The settings that can be given as flags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `--config`: the settings file; it must be there.
    pub config: Option<PathBuf>,
    /// `--listen`
    pub listen: Option<String>,
    /// `--data-dir`
    pub data_dir: Option<String>,
    /// `--database-url`
    pub database_url: Option<String>,
}

impl Flags {
    fn given(&self) -> impl Iterator<Item = (&'static str, &String)> {
        [("--listen", &self.listen), ("--data-dir", &self.data_dir), ("--database-url", &self.database_url)]
            .into_iter()
            .filter_map(|(flag, value)| Some((flag, value.as_ref()?)))
    }
}

/// Everything that the settings are read from.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// What the command line says.
    pub flags: Flags,
    /// What the environment says.
    pub environment: Environment,
    /// The directory that is searched for `frontdesk.toml`; empty: the working directory.
    pub directory: PathBuf,
}

impl Inputs {
    /// The given flags over the environment of this process and the working directory's file.
    ///
    /// # Errors
    /// A variable that is not valid UTF-8.
    pub fn of_this_process(flags: Flags) -> Result<Self, ConfigError> {
        Ok(Self { flags, environment: Environment::of_this_process()?, directory: PathBuf::new() })
    }
}

/// All values, the strongest layer's first.
pub(super) struct Layers(Figment);

impl Layers {
    pub(super) fn read(inputs: &Inputs) -> Result<Self, ConfigError> {
        let mut figment = Figment::new();
        if let Some(file) = settings_file(inputs)? {
            figment = figment.merge(known_only(&file)?);
        }
        for (setting, variable) in variables_of_settings() {
            if let Some(value) = inputs.environment.0.get(variable).filter(|value| !value.is_empty()) {
                figment = figment.merge(OneValue::new(setting, value, origin_of_variable(variable)));
            }
        }
        for (flag, value) in inputs.flags.given() {
            if let Some(setting) = CATALOGUE.iter().find(|setting| setting.flag == Some(flag)) {
                figment = figment.merge(OneValue::new(setting, value, format!("the flag {flag}")));
            }
        }
        Ok(Self(figment))
    }

    /// The setting's value as `parse` reads it; none when no layer gives it.
    pub(super) fn get<T>(
        &self,
        key: &'static str,
        parse: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<T>, ConfigError> {
        let Ok(value) = self.0.find_value(key) else { return Ok(None) };
        match parse(&value) {
            Some(parsed) => Ok(Some(parsed)),
            None => Err(self.refusal(key, &value)),
        }
    }

    /// Where the setting's value came from.
    pub(super) fn origin_of(&self, key: &str) -> String {
        self.0.find_metadata(key).map_or_else(|| "default".to_owned(), |metadata| metadata.name.to_string())
    }

    fn refusal(&self, key: &'static str, value: &Value) -> ConfigError {
        let setting = CATALOGUE.iter().find(|setting| setting.key == key);
        let found = match (setting, value) {
            (Some(setting), _) if setting.secret => "wrong (its value is not shown)".to_owned(),
            (_, Value::String(_, text)) => shortened(&format!("{text:?}")),
            (_, other) => shortened(&serde_json::to_string(other).unwrap_or_default()),
        };
        ConfigError::Invalid {
            key,
            origin: self.origin_of(key),
            found,
            expected: setting.map_or("another", |setting| setting.expected),
        }
    }
}

fn variables_of_settings() -> impl Iterator<Item = (&'static Setting, &'static str)> {
    CATALOGUE.iter().filter_map(|setting| Some((setting, setting.variable?)))
}

fn origin_of_variable(variable: &str) -> String {
    format!("the environment variable {variable}")
}

/// The file to read: the one that a flag names, which must be there, else the default one, if it is there.
fn settings_file(inputs: &Inputs) -> Result<Option<PathBuf>, ConfigError> {
    match &inputs.flags.config {
        Some(file) if file.is_file() => Ok(Some(file.clone())),
        Some(file) => Err(ConfigError::File { file: file.clone(), reason: "it is not there, or no file".to_owned() }),
        None => Ok(Some(inputs.directory.join(DEFAULT_FILE)).filter(|file| file.is_file())),
    }
}

/// The file's values, all of which must be settings.
fn known_only(file: &Path) -> Result<FileValues, ConfigError> {
    let unusable =
        |reason: &dyn std::fmt::Display| ConfigError::File { file: file.to_owned(), reason: in_one_line(reason) };
    let data = Toml::file_exact(file).data().map_err(|error| unusable(&error.kind))?;
    let values = data.into_iter().next().map(|(_, values)| values).unwrap_or_default();
    if let Some(key) = values.keys().find(|key| CATALOGUE.iter().all(|setting| setting.key != key.as_str())) {
        return Err(ConfigError::Unknown {
            key: shortened(key),
            file: file.display().to_string(),
            known: CATALOGUE.iter().map(|setting| setting.key).collect(),
        });
    }
    Ok(FileValues { origin: format!("the file {}", file.display()), values })
}

fn in_one_line(text: &dyn std::fmt::Display) -> String {
    text.to_string().lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= SHOWN_VALUE_MAX_CHARACTERS {
        return text.to_owned();
    }
    let start: String = text.chars().take(SHOWN_VALUE_MAX_CHARACTERS).collect();
    format!("{start}...")
}

/// The layer of a file.
struct FileValues {
    origin: String,
    values: Dict,
}

impl Provider for FileValues {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.origin.clone())
    }

    fn data(&self) -> figment::Result<Map<Profile, Dict>> {
        Ok(Profile::Default.collect(self.values.clone()))
    }
}

/// A layer of a single value, so that its origin can be named exactly. The value stays text: a secret made of digits
/// is no number.
struct OneValue {
    key: &'static str,
    value: String,
    origin: String,
}

impl OneValue {
    fn new(setting: &Setting, value: &str, origin: String) -> Self {
        Self { key: setting.key, value: value.to_owned(), origin }
    }
}

impl Provider for OneValue {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.origin.clone())
    }

    fn data(&self) -> figment::Result<Map<Profile, Dict>> {
        Ok(Profile::Default.collect(Dict::from([(self.key.to_owned(), Value::from(self.value.clone()))])))
    }
}
