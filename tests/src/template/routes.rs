//! Every operation of the API's description reaches the one function whose router serves it.

use super::{
    document::{Deployment, Template, root},
    stack::{Part, settings_of, start, start_of},
};
use app::SystemClock;
use axum::{Router, body::Body};
use domain::Product;
use http::{Request, StatusCode, header};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use tower::ServiceExt;

/// A route of the gateway. Without method it takes any; without path it is `$default`.
#[derive(Debug, Clone)]
pub struct Route {
    /// Whose gateway has it.
    pub product: Product,
    pub method: Option<String>,
    pub path: Option<String>,
    pub binary: String,
}

/// How a greedy variable treats what is left behind a slash when that is nothing (`/a/` for `/a/{proxy+}`). The
/// gateway's manual does not say; people who tried it say that it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Greedy {
    TakesNothing,
    TakesSomething,
}

pub fn routes(deployment: &Deployment<'_>) -> Vec<Route> {
    let functions = deployment.functions().into_iter();
    functions
        .flat_map(|function| {
            let binary = function.binary.clone();
            let any = |method: Option<String>| method.filter(|method| method != "ANY");
            let routes = function.routes().into_iter();
            routes.map(move |(product, method, path)| Route { product, method: any(method), path, binary: binary.clone() })
        })
        .collect()
}

/// The route that an HTTP API chooses: the whole path before a greedy one, of greedy ones the longest, a method
/// before any, `$default` last.
pub fn choose<'a>(routes: &'a [Route], product: Product, method: &str, path: &str, greedy: Greedy) -> &'a Route {
    let rank = |route: &Route| -> Option<(u8, usize, bool)> {
        if route.product != product || route.method.as_ref().is_some_and(|own| own != method) {
            return None;
        }
        let by_method = route.method.is_some();
        let Some(own) = &route.path else { return Some((0, 0, by_method)) };
        match own.strip_suffix("{proxy+}") {
            Some(prefix) => {
                let rest = path.strip_prefix(prefix)?;
                (!rest.is_empty() || greedy == Greedy::TakesNothing).then_some((1, prefix.len(), by_method))
            }
            None => (own == path).then_some((2, own.len(), by_method)),
        }
    };
    let ranked = routes.iter().filter_map(|route| rank(route).map(|rank| (rank, route)));
    ranked.max_by_key(|(rank, _)| *rank).map(|(_, route)| route).unwrap()
}

/// Method and path of every operation of a face, ids filled in.
fn operations(product: Product) -> Vec<(String, String)> {
    let file = root().join(format!("openapi/{product}.json"));
    let document = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let document: Value = serde_json::from_str(&document).unwrap();
    let methods = ["get", "post", "put", "patch", "delete"];
    let filled = |path: &str| {
        let part =
            |part: &str| if part.starts_with('{') { "0198f0a0-0000-7000-8000-000000000000".to_owned() } else { part.to_owned() };
        path.split('/').map(part).collect::<Vec<_>>().join("/")
    };
    let paths = document["paths"].as_object().unwrap().iter();
    let operations = paths.flat_map(|(path, item)| {
        let path = filled(path);
        let own = methods.iter().filter(|method| !item[**method].is_null());
        own.map(|method| (method.to_uppercase(), path.clone())).collect::<Vec<_>>()
    });
    operations.collect()
}

/// The routers of all groups behind a product's gateway, each started as it is deployed.
fn routers(deployment: &Deployment<'_>, product: Product) -> BTreeMap<String, Router> {
    gateways::razorpay::install_tls_provider();
    let mut found = BTreeMap::new();
    for function in deployment.functions() {
        if !function.routes().iter().any(|(own, ..)| *own == product) {
            continue;
        }
        let Some(part) = start_of(&function.binary) else { continue };
        let settings = settings_of(deployment, &function, |_| "a dummy of enough bytes".to_owned());
        if let Part::Router(router) = start(part, &settings, SystemClock::shared()).unwrap() {
            found.insert(function.binary, router);
        }
    }
    found
}

/// The methods that a router has for a path: none when it does not know it. Asked with a method that nobody serves,
/// so that no handler runs.
async fn served(router: &Router, path: &str) -> BTreeSet<String> {
    let request = Request::builder().method("TRACE").uri(path).body(Body::empty()).unwrap();
    let answer = router.clone().oneshot(request).await.unwrap();
    if answer.status() == StatusCode::NOT_FOUND {
        return BTreeSet::new();
    }
    assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
    let allowed = answer.headers()[header::ALLOW].to_str().unwrap();
    allowed.split(',').map(|method| method.trim().to_owned()).collect()
}

#[tokio::test]
async fn every_operation_reaches_the_one_function_that_serves_it() {
    let template = Template::read();
    let deployment = Deployment::usual(&template);
    let routes = routes(&deployment);
    assert!(operations(Product::Codementee).len() > 60);
    let mut lost = BTreeSet::new();
    for product in Product::ALL {
        let routers = routers(&deployment, product);
        for (method, path) in operations(product) {
            let mut serving = Vec::new();
            for (binary, router) in &routers {
                if served(router, &path).await.contains(&method) {
                    serving.push(binary.as_str());
                }
            }
            assert_eq!(serving.len(), 1, "{product}: {method} {path} is served by {serving:?}");
            for path in [path.clone(), format!("{path}/")] {
                let reached = choose(&routes, product, &method, &path, Greedy::TakesNothing);
                assert_eq!(reached.binary, serving[0], "{method} {path} takes {reached:?}");
                // Its router is asked without the slash, which `web::serve` takes away.
                if choose(&routes, product, &method, &path, Greedy::TakesSomething).binary != serving[0] {
                    lost.insert(format!("{method} {path}"));
                }
            }
        }
    }
    // Should the gateway read it strictly, these answer 404 with their slash. It takes no route that ends in one, so
    // the documents say what rests on the reading.
    let expected = [
        "GET /api/admin/sessions/",
        "GET /api/admin/withdrawals/",
        "GET /api/events/",
        "GET /api/feedbacks/",
        "GET /api/mentor/earnings/",
        "GET /api/mentor/feedback/",
        "GET /api/mentor/sessions/",
        "GET /api/mentor/students/",
        "GET /api/mentor/withdrawals/",
        "GET /api/mocks/",
        "GET /api/notifications/",
        "GET /api/student/bookings/",
        "GET /api/student/sessions/",
        "POST /api/events/",
        "POST /api/feedbacks/",
        "POST /api/mentor/create-order/",
        "POST /api/mentor/verify-payment/",
        "POST /api/mentor/withdrawals/",
        "POST /api/mocks/",
        "POST /api/payment/webhook/",
        "POST /api/student/book-session/",
        "POST /api/student/booking/",
        "POST /api/student/feedback/",
        "POST /api/student/verify-payment/",
    ];
    assert_eq!(lost.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    for document in ["docs/operations.md", "docs/deviations.md"] {
        let said = std::fs::read_to_string(root().join(document)).unwrap();
        let unsaid: Vec<_> = expected.iter().filter(|operation| !said.contains(&format!("`{operation}`"))).collect();
        assert!(unsaid.is_empty(), "{document} does not say that {unsaid:?} rest on it");
    }
}

/// The other way round: a group that serves what the gateway gives to another would be dead code.
#[tokio::test]
async fn no_path_is_known_to_two_groups() {
    let template = Template::read();
    let deployment = Deployment::usual(&template);
    for product in Product::ALL {
        let routers = routers(&deployment, product);
        for (_, path) in operations(product) {
            let mut knowing = Vec::new();
            for (binary, router) in &routers {
                if !served(router, &path).await.is_empty() {
                    knowing.push(binary.as_str());
                }
            }
            assert_eq!(knowing.len(), 1, "{product}: {path} is known to {knowing:?}");
        }
    }
}

/// With the slash, through all that a router is wrapped in.
#[tokio::test]
async fn a_slash_at_the_end_changes_nothing() {
    let template = Template::read();
    let deployment = Deployment::usual(&template);
    let routes = routes(&deployment);
    for product in Product::ALL {
        let routers = routers(&deployment, product);
        for (method, path) in operations(product) {
            let reached = choose(&routes, product, &method, &path, Greedy::TakesNothing);
            let served = web::serve(routers[&reached.binary].clone(), SystemClock::shared(), web::ErrorStyle::default());
            for path in [path.clone(), format!("{path}/")] {
                let request = Request::builder().method("TRACE").uri(&path).body(Body::empty()).unwrap();
                let status = served.clone().oneshot(request).await.unwrap().status();
                assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
            }
        }
    }
}

#[test]
fn unknown_paths_and_the_pages_have_their_place() {
    let template = Template::read();
    let routes = routes(&Deployment::usual(&template));
    let reached_at =
        |product, method: &str, path: &str| choose(&routes, product, method, path, Greedy::TakesSomething).binary.as_str();
    let reached = |method: &str, path: &str| reached_at(Product::Codementee, method, path);
    for path in ["/", "/health", "/api/health", "/api/companies", "/api/administrator", "/nothing"] {
        assert_eq!(reached("GET", path), "codementee-catalog", "{path}");
    }
    for product in Product::ALL {
        for path in ["/docs", "/docs/swagger-ui.css", "/redoc", "/redoc/redoc.js", "/openapi.json"] {
            assert_eq!(reached_at(product, "GET", path), "docs", "{path}");
        }
        assert_eq!(reached_at(product, "POST", "/api/payment/webhook"), "razorpay-webhook");
    }
    assert_eq!(reached_at(Product::LeadBridge, "GET", "/nothing"), "leadbridge-events");
    assert_eq!(reached_at(Product::Mansa, "GET", "/nothing"), "mansa-mentorship");
    assert_eq!(reached_at(Product::AspireX, "GET", "/nothing"), "aspirex-accounts");
    assert_eq!(reached("GET", "/api/payment/webhook"), "codementee-payment");
}
