//! The documentation pages: what they show, and that they load nothing from anywhere else.

use crate::{
    harness::App,
    input::quiet_flow,
    openapi::{document, prefix},
};
use domain::Product;
use reqwest::{Response, header::HeaderMap};
use serde_json::Value;

async fn get(app: &App, path: &str) -> Response {
    let answer = app.http.get(format!("{}{path}", app.local.url)).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    answer
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers[name].to_str().unwrap()
}

/// The addresses that a page names.
fn addresses(html: &str) -> Vec<&str> {
    let starts = ["src=\"", "href=\"", "data-document=\""];
    starts.iter().flat_map(|start| html.split(start).skip(1)).map(|rest| rest.split('"').next().unwrap()).collect()
}

#[tokio::test]
async fn the_pages_and_all_that_they_load_come_from_here() {
    quiet_flow(async |app| {
        let prefixes = Product::ALL.map(|product| (product, format!("/{product}")));
        for (product, prefix) in prefixes.into_iter().chain([(Product::Codementee, String::new())]) {
            for (page, files, slash) in [("/docs", 3, ""), ("/docs", 3, "/"), ("/redoc", 2, ""), ("/redoc", 2, "/")] {
                let answer = get(app, &format!("{prefix}{page}{slash}")).await;
                let policy = header(answer.headers(), "content-security-policy").to_owned();
                assert_eq!(header(answer.headers(), "content-type"), "text/html; charset=utf-8");
                assert!(policy.starts_with("default-src 'none'; script-src 'self'; "), "{policy}");
                assert!(!["unsafe", "http", " *"].iter().any(|open| policy.contains(open)), "{policy}");
                let html = answer.text().await.unwrap();
                assert!(html.contains(&format!("{} API", product.title())) && !html.contains('{'), "{html}");
                assert!(![" style=", "<style", "<script>", "onload="].iter().any(|inline| html.contains(inline)), "{html}");
                let addresses: Vec<_> = addresses(&html).into_iter().filter(|address| *address != "data:,").collect();
                assert_eq!(addresses.len(), files + 1, "{html}");
                for address in addresses {
                    let inside =
                        address == format!("{prefix}/openapi.json") || address.starts_with(&format!("{prefix}{page}/assets/"));
                    assert!(inside, "{prefix}{page} loads {address}");
                    check_file(app, address).await;
                }
            }
        }
        for lost in ["/docs/assets/nothing.js", "/docs/assets/..%2FCargo.toml", "/redoc/assets/swagger-ui-5.35.0.css"] {
            app.get_public(lost).await.refused(404, "NOT_FOUND");
        }
    })
    .await;
}

/// A file has its type, comes compressed, and is kept as long as its name promises.
async fn check_file(app: &App, address: &str) {
    let request = app.http.get(format!("{}{address}", app.local.url)).header("accept-encoding", "gzip");
    let answer = request.send().await.unwrap();
    let headers = answer.headers().clone();
    let kind = match address.rsplit('.').next().unwrap() {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        _ => "application/json",
    };
    assert_eq!(header(&headers, "content-type"), kind, "{address}");
    assert_eq!(header(&headers, "x-content-type-options"), "nosniff", "{address}");
    let named_by_version = address.contains(|letter: char| letter.is_ascii_digit());
    assert_eq!(header(&headers, "cache-control").contains("immutable"), named_by_version, "{address}");
    let bytes = answer.bytes().await.unwrap();
    if !address.ends_with("show.js") {
        assert_eq!((header(&headers, "content-encoding"), &bytes[..2]), ("gzip", &b"\x1f\x8b"[..]), "{address}");
    }
}

#[tokio::test]
async fn what_is_served_is_the_document() {
    quiet_flow(async |app| {
        for (product, path) in Product::ALL
            .into_iter()
            .flat_map(|product| ["/openapi.json", "/openapi.json/"].map(|path| (product, format!("{}{path}", prefix(product)))))
        {
            let answer = app.http.get(format!("{}{path}", app.local.url)).send().await.unwrap();
            let served: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
            assert_eq!(served, document(product), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_api_is_documented_where_the_first_document_says() {
    quiet_flow(async |app| {
        let page = app.get_public("/docs").await;
        let kind = page.headers["content-type"].to_str().unwrap();
        assert_eq!((page.status, kind), (200, "text/html; charset=utf-8"));
    })
    .await;
}
