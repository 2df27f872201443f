//! HMAC-SHA256 signatures, as Razorpay makes them: hexadecimal.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// The signature of a text in lower-case hexadecimal.
pub fn sign(secret: &SecretString, text: &[u8]) -> String {
    hex::encode(mac(secret, text))
}

fn mac(secret: &SecretString, text: &[u8]) -> Vec<u8> {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).expect("a key of any length");
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

/// Whether a signature is that of a text under one of the secrets; compared in constant time.
///
/// Anything that is not 64 lower-case hexadecimal digits is no signature.
pub fn verify(secrets: &[&SecretString], text: &[u8], signature: &str) -> bool {
    let lower = signature.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    let Some(signature) = lower.then(|| hex::decode(signature).ok()).flatten().filter(|bytes| bytes.len() == 32) else {
        return false;
    };
    secrets.iter().fold(false, |found, secret| found | bool::from(mac(secret, text).ct_eq(&signature)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published check vector of Razorpay's own SDK.
    const VECTOR: &str = "b2335e3b0801106b84a7faff035df56ecffde06918c9ddd1f0fafbb37a51cc89";

    #[test]
    fn the_check_vector_holds() {
        let secret = SecretString::from("key_secret");
        assert_eq!(sign(&secret, b"fake_order_id|fake_payment_id"), VECTOR);
        assert!(verify(&[&secret], b"fake_order_id|fake_payment_id", VECTOR));
    }

    #[test]
    fn either_of_two_secrets_verifies_and_no_third() {
        let (old, new, other) = (SecretString::from("old"), SecretString::from("new"), SecretString::from("other"));
        let signature = sign(&old, b"body");
        assert!(verify(&[&new, &old], b"body", &signature));
        assert!(!verify(&[&new, &other], b"body", &signature));
    }

    #[test]
    fn what_is_no_signature_is_refused_without_a_fault() {
        let secret = SecretString::from("key_secret");
        for bad in ["", "abc", "zz", &VECTOR[..62], &VECTOR.to_uppercase(), "ß…", &format!("{VECTOR}00")] {
            assert!(!verify(&[&secret], b"fake_order_id|fake_payment_id", bad), "{bad}");
        }
    }
}
