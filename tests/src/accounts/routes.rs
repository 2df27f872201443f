//! The routes of the face, read from its sources, and whom each lets in.

use reqwest::Method;
use std::path::{Path, PathBuf};

/// A route of the face.
#[derive(Debug, Clone)]
pub struct Route {
    pub method: Method,
    /// With `{id}` where it has one.
    pub path: String,
}

impl Route {
    /// Whom it lets in: a role, `anyone` who is signed in, or everybody (`public`).
    pub fn role(&self) -> &'static str {
        const PUBLIC: [&str; 16] = [
            "/api/auth/register",
            "/api/auth/register-free",
            "/api/auth/login",
            "/api/auth/forgot-password",
            "/api/auth/set-password",
            "/api/companies",
            "/api/public/companies",
            "/api/pricing-plans",
            "/api/public/pricing-plans",
            "/api/available-slots",
            "/api",
            "/api/health",
            "/api/public/health",
            "/health",
            "/api/payment/config",
            "/api/payment/create-order",
        ];
        let starts = |prefix: &str| self.path.starts_with(prefix);
        match (self.method.as_str(), self.path.as_str()) {
            ("POST", "/api/mocks") => "admin",
            ("POST", "/api/feedbacks") => "mentor",
            (_, path) if PUBLIC.contains(&path) || starts("/api/payment/verify") => "public",
            _ if starts("/api/admin/") => "admin",
            _ if starts("/api/mentor/") => "mentor",
            _ if starts("/api/mentee/") => "mentee",
            _ => "anyone",
        }
    }
}

/// Every route of the face, as the sources of its routers name them.
pub fn routes() -> Vec<Route> {
    fn sources(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let read = |path: PathBuf| if path.is_dir() { sources(&path) } else { vec![std::fs::read_to_string(path).unwrap()] };
        entries.flat_map(read).collect()
    }
    let sources = sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../functions/codementee/src")));
    let mut routes = Vec::new();
    for call in sources.iter().flat_map(|source| source.split(".route(").skip(1)) {
        let path = call.split('"').nth(1).unwrap();
        let mut open = 1;
        let inside = call.chars().take_while(|letter| {
            open += i32::from(*letter == '(') - i32::from(*letter == ')');
            open > 0
        });
        let inside: String = inside.collect();
        let words: Vec<_> = inside.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect();
        let methods = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
        let methods: Vec<_> = methods.into_iter().filter(|method| words.contains(&&*method.as_str().to_lowercase())).collect();
        assert!(!methods.is_empty(), "{path} has no method");
        routes.extend(methods.into_iter().map(|method| Route { method, path: path.to_owned() }));
    }
    routes.sort_by(|a, b| (&a.path, a.method.as_str()).cmp(&(&b.path, b.method.as_str())));
    routes
}
