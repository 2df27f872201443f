//! Reading `template.yaml`, and what a deployment with given parameters makes of it.

use domain::Product;
use serde_json::{Map, Value, json};
use serde_norway::Value as Yaml;
use std::{collections::BTreeMap, path::Path};

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The code of lib/ and functions/, its unit tests aside.
pub fn sources() -> String {
    fn read(folder: &Path, into: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, into);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                into.push_str(text.split("#[cfg(test)]\nmod tests").next().unwrap());
            }
        }
    }
    let mut all = String::new();
    for folder in ["lib", "functions"] {
        read(&root().join(folder), &mut all);
    }
    all
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

/// A list, or the one thing that stands in its place.
pub fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_else(|| if value.is_null() { Vec::new() } else { vec![value.clone()] })
}

/// The template, with every function in its long form (`{"Ref": …}`, `{"Fn::Sub": …}`).
pub struct Template(Value);

impl Template {
    pub fn read() -> Self {
        let text = std::fs::read_to_string(root().join("template.yaml")).unwrap();
        Self(long_form(serde_norway::from_str(&text).unwrap()))
    }

    pub fn section(&self, name: &str) -> &Map<String, Value> {
        self.0[name].as_object().unwrap()
    }

    pub fn resource(&self, name: &str) -> Option<&Value> {
        self.section("Resources").get(name)
    }

    pub fn of_type(&self, kind: &str) -> Vec<(&str, &Value)> {
        let all = self.section("Resources").iter().map(|(name, resource)| (name.as_str(), resource));
        all.filter(|(_, resource)| resource["Type"] == kind).collect()
    }
}

fn long_form(yaml: Yaml) -> Value {
    match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => value.into(),
        Yaml::Number(value) => serde_json::to_value(value).unwrap(),
        Yaml::String(value) => value.into(),
        Yaml::Sequence(values) => values.into_iter().map(long_form).collect(),
        Yaml::Mapping(map) => {
            Value::Object(map.into_iter().map(|(key, value)| (key.as_str().unwrap().to_owned(), long_form(value))).collect())
        }
        Yaml::Tagged(tagged) => {
            let (tag, value) = (tagged.tag.to_string(), long_form(tagged.value));
            match tag.trim_start_matches('!') {
                "Ref" => json!({ "Ref": value }),
                "Condition" => json!({ "Condition": value }),
                "GetAtt" if value.is_string() => {
                    let (name, attribute) = text(&value).split_once('.').unwrap();
                    json!({ "Fn::GetAtt": [name, attribute] })
                }
                other => json!({ format!("Fn::{other}"): value }),
            }
        }
    }
}

/// The names in the `${…}` of a text; `${!…}` stands for itself.
pub fn variables(text: &str) -> Vec<&str> {
    let starts = text.match_indices("${").map(|(at, _)| &text[at + 2..]);
    starts.filter(|rest| !rest.starts_with('!')).map(|rest| rest.split_once('}').unwrap().0).collect()
}

/// The template with parameters put in. A resource stands as `<Name>`, its attributes as `<Name.Attribute>`.
pub struct Deployment<'a> {
    pub template: &'a Template,
    parameters: BTreeMap<String, Value>,
}

impl<'a> Deployment<'a> {
    pub fn new(template: &'a Template, given: &[(&str, &str)]) -> Self {
        let given: BTreeMap<&str, &str> = given.iter().copied().collect();
        let value = |(name, parameter): (&String, &Value)| {
            let value = given.get(name.as_str()).map_or_else(|| parameter["Default"].clone(), |given| Value::from(*given));
            assert!(!value.is_null(), "{name} has no default and was not given");
            let listed = || text(&value).split(',').map(|part| Value::from(part.trim())).collect();
            (name.clone(), if parameter["Type"] == "CommaDelimitedList" { listed() } else { value })
        };
        Self { template, parameters: template.section("Parameters").iter().map(value).collect() }
    }

    /// As somebody who takes the defaults deploys it.
    pub fn usual(template: &'a Template) -> Self {
        Self::new(template, &[("MailSenderAddress", "support@codementee.io")])
    }

    fn holds(&self, condition: &str) -> bool {
        self.is_true(&self.template.section("Conditions")[condition])
    }

    fn is_true(&self, expression: &Value) -> bool {
        let (function, argument) = expression.as_object().unwrap().iter().next().unwrap();
        let parts = list(argument);
        match function.as_str() {
            "Condition" => self.holds(text(argument)),
            "Fn::Not" => !self.is_true(&parts[0]),
            "Fn::And" => parts.iter().all(|part| self.is_true(part)),
            "Fn::Or" => parts.iter().any(|part| self.is_true(part)),
            "Fn::Equals" => self.value(&parts[0]) == self.value(&parts[1]),
            other => panic!("no condition: {other}"),
        }
    }

    fn named(&self, name: &str) -> Value {
        self.parameters.get(name).cloned().unwrap_or_else(|| format!("<{name}>").into())
    }

    /// A value with all functions worked out; what is nothing (`AWS::NoValue`) is left out.
    pub fn value(&self, value: &Value) -> Value {
        match value {
            Value::Array(values) => values.iter().map(|value| self.value(value)).filter(|value| !value.is_null()).collect(),
            Value::Object(map) => self.function(map).unwrap_or_else(|| {
                let worked_out = map.iter().map(|(key, value)| (key.clone(), self.value(value)));
                Value::Object(worked_out.filter(|(_, value)| !value.is_null()).collect())
            }),
            other => other.clone(),
        }
    }

    fn function(&self, map: &Map<String, Value>) -> Option<Value> {
        let (function, argument) = map.iter().next().filter(|_| map.len() == 1)?;
        Some(match function.as_str() {
            "Ref" if argument == "AWS::NoValue" => Value::Null,
            "Ref" => self.named(text(argument)),
            "Fn::GetAtt" => format!("<{}.{}>", text(&argument[0]), text(&argument[1])).into(),
            "Fn::If" => self.value(&argument[if self.holds(text(&argument[0])) { 1 } else { 2 }]),
            "Fn::Join" => {
                let parts = list(&self.value(&argument[1]));
                parts.iter().map(text).collect::<Vec<_>>().join(text(&argument[0])).into()
            }
            "Fn::Sub" => {
                let mut filled = text(argument).to_owned();
                for name in variables(text(argument)) {
                    let value = self.named(name);
                    let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    filled = filled.replace(&format!("${{{name}}}"), &value);
                }
                filled.into()
            }
            _ => return None,
        })
    }

    /// The resources of a type that exist with these parameters, with their properties worked out.
    pub fn of_type(&self, kind: &str) -> Vec<(&'a str, Value)> {
        let exists = |resource: &Value| resource["Condition"].as_str().is_none_or(|condition| self.holds(condition));
        let found = self.template.of_type(kind).into_iter().filter(|(_, resource)| exists(resource));
        found.map(|(name, resource)| (name, self.value(&resource["Properties"]))).collect()
    }

    pub fn functions(&self) -> Vec<Function> {
        let binary =
            |name: &str| text(&self.template.resource(name).unwrap()["Metadata"]["BuildProperties"]["Binary"]).to_owned();
        let globals = self.value(&self.template.section("Globals")["Function"]);
        let all = self.of_type("AWS::Serverless::Function").into_iter();
        all.map(|(name, own)| Function { name: name.to_owned(), binary: binary(name), own, globals: globals.clone() }).collect()
    }
}

/// Whose an HTTP API is: `<CodementeeApi>`.
pub fn api(id: &Value) -> Product {
    let named = |product: &Product| text(id) == format!("<{}Api>", product.title());
    Product::ALL.into_iter().find(named).unwrap_or_else(|| panic!("nobody's API: {id}"))
}

/// A function as it is deployed.
#[derive(Debug, Clone)]
pub struct Function {
    pub name: String,
    pub binary: String,
    own: Value,
    globals: Value,
}

impl Function {
    /// A property, its own or that of all functions.
    pub fn property(&self, name: &str) -> &Value {
        let own = &self.own[name];
        if own.is_null() { &self.globals[name] } else { own }
    }

    /// The environment, and which of it is the function's own.
    pub fn environment(&self) -> (BTreeMap<String, String>, Vec<String>) {
        let read = |value: &Value| -> Vec<(String, String)> {
            let variables = value["Environment"]["Variables"].as_object().cloned().unwrap_or_default();
            let as_text = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            variables.into_iter().map(|(name, value)| (name, as_text(value))).collect()
        };
        let own = read(&self.own);
        let names = own.iter().map(|(name, _)| name.clone()).collect();
        (read(&self.globals).into_iter().chain(own).collect(), names)
    }

    /// The resources whose ARNs the environment gives as secrets.
    pub fn secrets(&self) -> Vec<String> {
        let (environment, _) = self.environment();
        let arns = environment.get("SECRETS_ARN").map(String::as_str).unwrap_or_default();
        arns.split(',').filter(|arn| !arn.is_empty()).map(|arn| arn.trim_matches(['<', '>']).to_owned()).collect()
    }

    /// The statements of its policies.
    pub fn statements(&self) -> Vec<Value> {
        list(&self.own["Policies"]).iter().flat_map(|policy| list(&policy["Statement"])).collect()
    }

    /// When it is called by itself.
    pub fn schedules(&self) -> Vec<String> {
        let events = self.own["Events"].as_object().cloned().unwrap_or_default();
        let schedules = events.into_iter().filter(|(_, event)| event["Type"] == "ScheduleV2");
        schedules.map(|(_, event)| text(&event["Properties"]["ScheduleExpression"]).to_owned()).collect()
    }

    /// Its routes: whose API they belong to, method and path; neither of these for `$default`.
    pub fn routes(&self) -> Vec<(Product, Option<String>, Option<String>)> {
        let events = self.own["Events"].as_object().cloned().unwrap_or_default();
        let http =
            events.into_iter().filter(|(_, event)| event["Type"] == "HttpApi").map(|(_, event)| event["Properties"].clone());
        let named = |value: &Value| value.as_str().map(str::to_owned);
        http.map(|route| (api(&route["ApiId"]), named(&route["Method"]), named(&route["Path"]))).collect()
    }
}
