use axum::extract::Request;
use domain::Product;

/// The stage variable in which an HTTP API says whose it is.
pub const GATEWAY_VARIABLE: &str = "product";

/// Whose HTTP API handed a request over: for a function that stands behind several.
#[derive(Debug, Clone, Copy)]
pub struct Gateway(pub Product);

impl Gateway {
    /// The product of a request, if its gateway told it.
    pub fn of(request: &Request) -> Option<Product> {
        request.extensions().get::<Self>().map(|gateway| gateway.0)
    }

    /// Notes what a gateway's stage variable says.
    pub(crate) fn note(request: &mut Request, variable: Option<&str>) {
        if let Some(product) = Product::ALL.into_iter().find(|product| Some(product.slug()) == variable) {
            request.extensions_mut().insert(Self(product));
        }
    }
}
