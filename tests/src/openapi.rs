//! The API document: it is the code's, it is sound, and other tests walk it.

use crate::calls::Answer;
use domain::Product;
use reqwest::Method;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::LazyLock,
};
use web::openapi::Document;

/// A face's document, as the code says it.
pub fn document(product: Product) -> Value {
    let document = Document::new(product);
    let document = match product {
        Product::Codementee => codementee::describe(document),
        Product::LeadBridge => leadbridge::describe(document),
        Product::Mansa => mansa::describe(document),
        Product::AspireX => aspirex::describe(document),
    };
    razorpay::webhook::routes(document.group("webhook")).finish().unwrap()
}

/// The documents of all faces, each under its product's name: a reference in them begins with it.
static DOCUMENTS: LazyLock<Value> = LazyLock::new(|| {
    let named = |product: Product| {
        let document = serde_json::to_string(&document(product)).unwrap();
        let document = document.replace("\"$ref\":\"#/", &format!("\"$ref\":\"#/{}/", product.slug()));
        (product.slug().to_owned(), serde_json::from_str(&document).unwrap())
    };
    Value::Object(Product::ALL.into_iter().map(named).collect())
});

/// An operation of a face's document.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    pub product: Product,
    pub method: &'static str,
    /// As the face has it, with `{id}` where it has one.
    pub path: &'static str,
    pub value: &'static Value,
}

/// Every operation of Codementee's document.
pub fn operations() -> Vec<Operation> {
    operations_of(Product::Codementee)
}

/// Every operation of a face's document.
pub fn operations_of(product: Product) -> Vec<Operation> {
    let paths = DOCUMENTS[product.slug()]["paths"].as_object().unwrap().iter();
    let one = |(path, item): (&'static String, &'static Value)| {
        item.as_object().unwrap().iter().map(move |(method, value)| Operation { product, method, path, value })
    };
    paths.flat_map(one).collect()
}

/// Every operation of every face.
pub fn all_operations() -> Vec<Operation> {
    Product::ALL.into_iter().flat_map(operations_of).collect()
}

/// The schemas of a face's document, by name.
pub fn schemas_of(product: Product) -> &'static serde_json::Map<String, Value> {
    DOCUMENTS[product.slug()]["components"]["schemas"].as_object().unwrap()
}

/// What stands before a face's paths at the local server; Codementee's are there without, too.
pub fn prefix(product: Product) -> String {
    if product == Product::Codementee { String::new() } else { format!("/{}", product.slug()) }
}

impl Operation {
    pub fn method(&self) -> Method {
        self.method.to_uppercase().parse().unwrap()
    }

    /// Its path at the local server, with `{id}` where it has one.
    pub fn local_path(&self) -> String {
        format!("{}{}", prefix(self.product), self.path)
    }

    /// The status with which its face answers what breaks a rule (decisions: errors).
    pub fn broken_rule(&self) -> u16 {
        match self.product {
            Product::Codementee | Product::LeadBridge => 422,
            Product::Mansa | Product::AspireX => 400,
        }
    }

    pub fn id(&self) -> &'static str {
        self.value["operationId"].as_str().unwrap()
    }

    /// The first status of its successes; 0 when it has none.
    pub fn success(&self) -> u16 {
        let statuses = self.value["responses"].as_object().unwrap().keys().map(|status| status.parse::<u16>().unwrap());
        statuses.filter(|status| (200..400).contains(status)).min().unwrap_or_default()
    }

    /// The roles that it lets in; none when it is public.
    pub fn roles(&self) -> Vec<&'static str> {
        let roles = self.value["x-roles"].as_array().into_iter().flatten();
        roles.map(|role| role.as_str().unwrap()).collect()
    }

    /// Its body's schema.
    pub fn body(&self) -> Option<&'static Value> {
        self.value.pointer("/requestBody/content/application~1json/schema")
    }

    /// The name under which it takes a file, when it takes nothing else.
    pub fn file_field(&self) -> Option<&'static str> {
        let form = self.value.pointer("/requestBody/content/multipart~1form-data/schema").filter(|_| self.body().is_none())?;
        form.pointer("/required/0").or_else(|| form.pointer("/oneOf/0/required/0"))?.as_str()
    }

    pub fn has_id(&self) -> bool {
        self.path.contains('{')
    }
}

/// What a `$ref` refers to.
pub fn resolve(schema: &'static Value) -> &'static Value {
    schema["$ref"].as_str().map_or(schema, |path| DOCUMENTS.pointer(path.strip_prefix('#').unwrap()).unwrap())
}

#[test]
fn the_committed_document_is_what_the_code_says() {
    for product in Product::ALL {
        let file = format!("openapi/{product}.json");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(&file);
        let told = format!("{}\n", serde_json::to_string_pretty(&document(product)).unwrap());
        if std::env::var_os("UPDATE_OPENAPI").is_some() {
            std::fs::write(&path, &told).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        let differs = told.lines().zip(committed.lines()).enumerate().find(|(_, (told, committed))| told != committed);
        assert!(
            told == committed,
            "{file} is not what the code says (first difference: {differs:?}). \
             Rewrite it with: UPDATE_OPENAPI=1 cargo test -p e2e openapi"
        );
    }
}

/// Calls with every object of the document, and where it stands.
fn walk(value: &'static Value, place: &str, visit: &mut impl FnMut(&str, &'static serde_json::Map<String, Value>)) {
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, item)| walk(item, &format!("{place}/{n}"), visit));
        }
        Value::Object(fields) => {
            visit(place, fields);
            fields.iter().for_each(|(name, field)| walk(field, &format!("{place}/{name}"), visit));
        }
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere_and_everything_named_is_used() {
    let mut used = BTreeSet::new();
    walk(&DOCUMENTS, "#", &mut |place, fields| {
        if let Some(path) = fields.get("$ref").and_then(Value::as_str) {
            assert!(DOCUMENTS.pointer(path.strip_prefix('#').unwrap()).is_some(), "{place} refers to {path}, which is not there");
            assert!(fields.keys().all(|key| ["$ref", "description", "summary"].contains(&key.as_str())), "{place}: {fields:?}");
            used.insert(path.to_owned());
        }
    });
    let used_by = |product: Product, kind: &str, name: &str| used.contains(&format!("#/{product}/components/{kind}/{name}"));
    for product in Product::ALL {
        for name in schemas_of(product).keys() {
            assert!(used_by(product, "schemas", name), "nothing of {product}'s uses the schema {name}");
        }
    }
    // What all documents have, somebody's must use.
    for kind in ["responses", "headers", "parameters"] {
        for name in DOCUMENTS["codementee"]["components"][kind].as_object().unwrap().keys() {
            assert!(used_by(Product::Codementee, kind, name), "nothing uses the {kind} {name}");
        }
    }
}

#[test]
fn every_schema_has_a_known_type_and_requires_only_what_it_has() {
    for product in Product::ALL {
        walk(&DOCUMENTS[product.slug()]["components"]["schemas"], product.slug(), &mut check_schema);
    }
}

fn check_schema(place: &str, fields: &serde_json::Map<String, Value>) {
    const TYPES: [&str; 6] = ["object", "array", "string", "integer", "number", "boolean"];
    let types = match fields.get("type") {
        Some(Value::String(one)) if !place.ends_with("/properties") => vec![one.as_str()],
        Some(Value::Array(many)) => many.iter().map(|one| one.as_str().unwrap()).collect(),
        _ => Vec::new(),
    };
    assert!(types.iter().all(|one| TYPES.contains(one) || *one == "null"), "{place}: {types:?}");
    if let Some(required) = fields.get("required").and_then(Value::as_array) {
        let properties = fields["properties"].as_object().unwrap();
        assert!(required.iter().all(|name| properties.contains_key(name.as_str().unwrap())), "{place}: {required:?}");
    }
    assert!(!fields.contains_key("nullable"), "{place}: 3.1 has no nullable");
}

#[test]
fn every_operation_is_complete() {
    assert!(operations().len() >= 68, "{} operations", operations().len());
    for product in Product::ALL {
        let operations = operations_of(product);
        let ids: BTreeSet<_> = operations.iter().map(Operation::id).collect();
        assert_eq!(ids.len(), operations.len(), "{product}: ids");
        let schemes = DOCUMENTS[product.slug()]["components"]["securitySchemes"].as_object().unwrap();
        for operation in &operations {
            check_operation(operation, schemes);
        }
    }
}

fn check_operation(operation: &Operation, schemes: &serde_json::Map<String, Value>) {
    let value = operation.value;
    assert!(value["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{operation:?}");
    let parameters: Vec<_> = value["parameters"].as_array().into_iter().flatten().map(resolve).collect();
    let declared: BTreeSet<_> =
        parameters.iter().filter(|one| one["in"] == "path").map(|one| one["name"].as_str().unwrap()).collect();
    let in_path: BTreeSet<_> = operation.path.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()).collect();
    assert_eq!(declared, in_path, "{operation:?}");
    let names: BTreeSet<_> = parameters.iter().map(|one| (one["in"].as_str(), one["name"].as_str())).collect();
    assert_eq!(names.len(), parameters.len(), "{operation:?}");
    let has = |status: &str| value["responses"].get(status).is_some();
    assert!(["429", "500", "503"].into_iter().all(has) && operation.success() != 0, "{operation:?}");
    let listed = value.pointer("/responses/200/headers/X-Next-Cursor").is_some();
    assert_eq!(listed, parameters.iter().any(|one| one["name"] == "cursor"), "{operation:?}");
    let security = value["security"].as_array().unwrap();
    let known = security.iter().flat_map(|one| one.as_object().unwrap().keys()).all(|scheme| schemes.contains_key(scheme));
    assert!(known, "{operation:?}");
    assert_eq!(operation.roles().is_empty(), security.is_empty() || security.contains(&serde_json::json!({})));
    assert!(operation.roles().is_empty() || has("401") && has("403"), "{operation:?}");
    assert_eq!(value["requestBody"].is_object(), has("413"), "{operation:?}");
}

/// Rust sources under a folder, with their paths.
fn sources(folder: &Path) -> BTreeMap<PathBuf, String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found = BTreeMap::new();
    for path in entries {
        if path.is_dir() {
            found.extend(sources(&path));
        } else {
            found.insert(path.clone(), std::fs::read_to_string(path).unwrap());
        }
    }
    found
}

#[test]
fn no_face_serves_a_route_beside_its_list() {
    for package in Product::ALL.map(Product::slug).into_iter().chain(["razorpay"]) {
        for (path, source) in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../functions").join(package).join("src")) {
            for way in [".route(", ".route_service(", ".nest(", ".fallback("] {
                assert!(!source.contains(way), "{}: `{way}` goes around web::Routes", path.display());
            }
        }
    }
}

impl Operation {
    /// Whom it lets in: the roles, or nobody in particular where it is public.
    pub fn callers(&self) -> Vec<&'static str> {
        let roles = self.roles();
        if roles.is_empty() { vec!["public"] } else { roles }
    }

    /// One whom it lets in.
    pub fn caller(&self) -> &'static str {
        self.callers()[0]
    }
}

/// A field of an object's schema.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    pub schema: &'static Value,
    pub required: bool,
}

/// The fields of an object's schema, whatever parts it is put together from.
pub fn fields(schema: &'static Value) -> Vec<Field> {
    let schema = resolve(schema);
    let parts = schema["allOf"].as_array().into_iter().flatten().flat_map(fields);
    let required = |name: &str| schema["required"].as_array().is_some_and(|names| names.iter().any(|one| one == name));
    let own = schema["properties"].as_object().into_iter().flatten();
    parts.chain(own.map(|(name, schema)| Field { name, schema, required: required(name) })).collect()
}

/// The types that a schema allows.
fn types(schema: &'static Value) -> Vec<&'static str> {
    match &schema["type"] {
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    }
}

/// A value that a schema allows.
pub fn example(schema: &'static Value) -> Value {
    let schema = resolve(schema);
    let told = schema["examples"].get(0).or_else(|| schema["enum"].get(0)).or_else(|| schema.get("default"));
    if let Some(told) = told {
        return told.clone();
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(schema) = schema[choice].as_array().and_then(|all| all.iter().find(|one| one["type"] != "null")) {
            return example(schema);
        }
    }
    let text = |text: &str| Value::from(text);
    match (types(schema).first().copied(), schema["format"].as_str()) {
        (Some("string"), Some("uuid")) => text(crate::input::NOTHING),
        (Some("string"), Some("date-time")) => text("2090-01-01T10:00:00.000Z"),
        (Some("string"), Some("date")) => text("2090-01-01"),
        (Some("string"), _) => "x".repeat(usize::try_from(schema["minLength"].as_u64().unwrap_or(1)).unwrap()).into(),
        (Some("integer" | "number"), _) => schema["minimum"].as_i64().unwrap_or(1).into(),
        (Some("boolean"), _) => true.into(),
        (Some("array"), _) => vec![example(&schema["items"])].into(),
        // Anything will do as far as the schema says.
        (None, _)
            if schema.as_object().is_some_and(|schema| !schema.contains_key("properties") && !schema.contains_key("allOf")) =>
        {
            text("7")
        }
        _ => fields(schema).into_iter().map(|field| (field.name.to_owned(), example(field.schema))).collect(),
    }
}

/// Why a value is not what a schema says, and where.
pub fn misfit(schema: &'static Value, value: &Value, place: &str) -> Option<String> {
    let schema = resolve(schema);
    for choice in ["oneOf", "anyOf"] {
        if let Some(all) = schema[choice].as_array() {
            let misfits: Vec<_> = all.iter().map(|one| misfit(one, value, place)).collect();
            return misfits.iter().all(Option::is_some).then(|| format!("{place} is none of {misfits:?}"));
        }
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let types = types(schema);
    let allowed = types.is_empty() || types.contains(&kind) || kind == "integer" && types.contains(&"number");
    if !allowed {
        return Some(format!("{place} is a {kind}, not {types:?}"));
    }
    if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        return Some(format!("{place} is {value}, none of {}", schema["enum"]));
    }
    match value {
        Value::Array(items) if schema.get("items").is_some() => {
            items.iter().enumerate().find_map(|(n, item)| misfit(&schema["items"], item, &format!("{place}[{n}]")))
        }
        Value::Object(object) => {
            let known = fields(schema);
            let missing = known.iter().find(|field| field.required && !object.contains_key(field.name));
            let unknown = object.keys().find(|name| !known.is_empty() && known.iter().all(|field| field.name != *name));
            let told = missing.map(|field| field.name).or(unknown.map(String::as_str));
            told.map(|name| format!("{place}.{name} is missing or unknown")).or_else(|| {
                let known = known.into_iter().filter_map(|field| Some((field, object.get(field.name)?)));
                let mut misfits = known.map(|(field, value)| misfit(field.schema, value, &format!("{place}.{}", field.name)));
                misfits.find_map(|misfit| misfit)
            })
        }
        _ => None,
    }
}

/// Checks that the document knows an answer: its status, its code, and every field of its body.
#[track_caller]
pub fn check(operation: &Operation, answer: &Answer) {
    let response = &operation.value["responses"][answer.status.to_string()];
    let asked = operation.id();
    assert!(response.is_object(), "{asked}: the document knows no {}: {}", answer.status, answer.body);
    if answer.status < 400 {
        if let Some(schema) = response.pointer("/content/application~1json/schema") {
            assert_eq!(misfit(schema, &answer.body, "body"), None, "{asked}: {}", answer.body);
        }
    } else {
        let code = format!("`{}`", answer.body["code"].as_str().unwrap_or_default());
        let told = response["description"].as_str().unwrap().contains(&code);
        assert!(told, "{asked}: the document knows no {code} of {}: {}", answer.status, answer.body);
    }
}

/// The operation that serves a request, unless nothing of the document does.
pub fn operation_of(method: &Method, path: &str) -> Option<Operation> {
    static ALL: LazyLock<Vec<Operation>> = LazyLock::new(all_operations);
    let path = path.split('?').next()?.trim_end_matches('/');
    let (product, path) = Product::ALL
        .into_iter()
        .find_map(|product| Some((product, path.strip_prefix(&format!("/{product}")).filter(|rest| rest.starts_with('/'))?)))
        .unwrap_or((Product::Codementee, path));
    let fits = |operation: &&Operation| {
        operation.product == product
            && operation.method.eq_ignore_ascii_case(method.as_str())
            && operation.path.split('/').count() == path.split('/').count()
            && operation.path.split('/').zip(path.split('/')).all(|(known, part)| known == part || known.starts_with('{'))
    };
    ALL.iter().find(fits).copied()
}
