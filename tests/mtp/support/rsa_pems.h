/* RSA keys for the tests: Telegram's public ones, and keys that were made for these tests and guard
 * nothing. */
#ifndef TESTS_MTP_RSA_PEMS_H
#define TESTS_MTP_RSA_PEMS_H

/* Telegram's production key, PKCS#1 */
static const char pem_production[] =
    "-----BEGIN RSA PUBLIC KEY-----\n"
    "MIIBCgKCAQEA6LszBcC1LGzyr992NzE0ieY+BSaOW622Aa9Bd4ZHLl+TuFQ4lo4g\n"
    "5nKaMBwK/BIb9xUfg0Q29/2mgIR6Zr9krM7HjuIcCzFvDtr+L0GQjae9H0pRB2OO\n"
    "62cECs5HKhT5DZ98K33vmWiLowc621dQuwKWSQKjWf50XYFw42h21P2KXUGyp2y/\n"
    "+aEyZ+uVgLLQbRA1dEjSDZ2iGRy12Mk5gpYc397aYp438fsJoHIgJ2lgMv5h7WY9\n"
    "t6N/byY9Nw9p21Og3AoXSL2q/2IJ1WRUhebgAdGVMlV1fkuOQoEzR7EdpqtQD9Cs\n"
    "5+bfo3Nhmcyvk5ftB0WkJ9z6bNZ7yxrP8wIDAQAB\n"
    "-----END RSA PUBLIC KEY-----\n";

/* the key of Telegram's test data centres, PKCS#1 */
static const char pem_telegram_test[] =
    "-----BEGIN RSA PUBLIC KEY-----\n"
    "MIIBCgKCAQEAyMEdY1aR+sCR3ZSJrtztKTKqigvO/vBfqACJLZtS7QMgCGXJ6XIR\n"
    "yy7mx66W0/sOFa7/1mAZtEoIokDP3ShoqF4fVNb6XeqgQfaUHd8wJpDWHcR2OFwv\n"
    "plUUI1PLTktZ9uW2WE23b+ixNwJjJGwBDJPQEQFBE+vfmH0JP503wr5INS1poWg/\n"
    "j25sIWeYPHYeOrFp/eXaqhISP6G+q2IeTaWTXpwZj4LzXq5YOpk4bYEQ6mvRq7D1\n"
    "aHWfYmlEGepfaYR8Q0YqvvhYtMte3ITnuSJs171+GDqpdKcSwHnd6FudwGO4pcCO\n"
    "j4WcDuXc2CTHgH8gFTNhp/Y8/SpDOhvn9QIDAQAB\n"
    "-----END RSA PUBLIC KEY-----\n";

/* our own, private, PKCS#1 */
static const char pem_private[] =
    "-----BEGIN RSA PRIVATE KEY-----\n"
    "MIIEowIBAAKCAQEA0o1Ue3wjOHZCNvWpzbYasulDHDHwRVClavVkB/qlz3Io9TuF\n"
    "M+u8Wh2A8yC/12FBNbYJkdP7rvR1LqVy6SL0f4rbjhKPEOSslWKttnct9z71GF6S\n"
    "Vyaq6UrjodnVVhxQFs+t1PlzGLZ5iPtEZG7HMTSrrDvGsRCe6b5SCg5jxSwPqCuj\n"
    "wjqVH9NNSYd5x3E5FmE0K8g8ZnC5MO63ZUULJsSHTitgq3yJKJL4SsfFOe0wAQYY\n"
    "v9iVQBZAQMOlLOOKBmSk5gg3MSdmFv7A6eojMFhvena5RZGpo74OzhWk5VUidaVX\n"
    "s5aKu3n9vsH0WroX6wD8Dfn/kGvvaCwN5zKdaQIDAQABAoIBAA9D5uWjDOypikhw\n"
    "zDRZaRsilVaEel6UJ8IW838umXnuVXDeNVyb0UaZUAGQlMgZSYCK56u2ek9nct2E\n"
    "ak3j1mUu3Jcy2kOHyMl145FQl7kOy/dN1/9QkuCiKNnRsMly+Q2GVhyUT1dx12Lq\n"
    "kL1VWMTFBFNS7CdnRJY+0bTf8TTYyKVriLdYUiGMkKG20IzcimcbiIG/y6wfVd8n\n"
    "67PAW+qLYWSASlxgqMUkjr746QsRCE85o2LJKvHVPbnvqLlJm2cXY19gihWIQxBV\n"
    "GSyOyVYk6P9lh7fMBeVp6rmFvpvv63j1UOWdIfgg+UOCrUgt+OArvYNtYNNRn9O4\n"
    "vgO8b1cCgYEA/mrbJ4R1hzBEyirKIhnJwOn+T1fXEW0opr8m/apU67XWeSfon/ue\n"
    "je2eVGrdSRRQyCnTQWc/3f/e/483LccaSWp+UfuCHYWfNWABq7H6XhHUmIg4/0z8\n"
    "+Z7gANKDIJKq/dqnxSMxbS5R8P7O2W2fkVFMbudIupjYFD4a83q6OPcCgYEA09yf\n"
    "ATfQc2vlWnRM4qxiFm5j1J9XUwJi7i9p/GUG0sBbS7YM76+tbfk77SWSSUmfx5gq\n"
    "G2XSFUtbx1MNqBQ5cUbdb55fVlwESt4KjU20kGdRRItAmkzcCchfbzw6LWGkHRGx\n"
    "zSIGXfK4EhyKrKVuu9Lqy9sUtszUCyaWhMeNpJ8CgYEAsvxF9cUwUc1Zd8kmr1rp\n"
    "Hzj/Wp53haEACl9MdQUR/UnN+ypic7q3Ty4uR0FvMGyEcG1MXCThP7M1FSGSNjhu\n"
    "e9vZxp9kaJSK7yf9xObPNsLgh/a98o4dIxfsi2eOLKpCdZkQkpYxvZfqudrpdvmy\n"
    "Wq+RUCySdAP3cDZJC6X5wP0CgYBYghu/U4T3I0U+48VXETMtMdLs+eBuYlnYLeC2\n"
    "O7J9CzVYzOZcn+TxQ6UgbojNqz9gEBbPOVtp4ACope7XoBNbWoKZ5ezoVCrK6DY6\n"
    "UBM2HKOb4h0MGT33rEkKXHvlh5wbNNA15ZgJWaRClL/uXnKDbxr+LTlbIPkY63cI\n"
    "Y6Gt+wKBgE4fxrI97jqh2Xu4ojle0XB7NtLTjeNFmW9WHtv93R0xgxPrNfhhTh3W\n"
    "bqBWKxX1Z9lNQe/nX/5cs8hXVxIRcuCk0WLu0rIowJzAyxx4uviR9mbWdl4Zt3vL\n"
    "+gk9RGUNEe+yjxmDE9o4b2Zuw0ql660TLP8lE9aZV4CG/NjGUZ3g\n"
    "-----END RSA PRIVATE KEY-----\n";

/* the same, PKCS#8 */
static const char pem_private_pkcs8[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDSjVR7fCM4dkI2\n"
    "9anNthqy6UMcMfBFUKVq9WQH+qXPcij1O4Uz67xaHYDzIL/XYUE1tgmR0/uu9HUu\n"
    "pXLpIvR/ituOEo8Q5KyVYq22dy33PvUYXpJXJqrpSuOh2dVWHFAWz63U+XMYtnmI\n"
    "+0RkbscxNKusO8axEJ7pvlIKDmPFLA+oK6PCOpUf001Jh3nHcTkWYTQryDxmcLkw\n"
    "7rdlRQsmxIdOK2CrfIkokvhKx8U57TABBhi/2JVAFkBAw6Us44oGZKTmCDcxJ2YW\n"
    "/sDp6iMwWG96drlFkamjvg7OFaTlVSJ1pVezloq7ef2+wfRauhfrAPwN+f+Qa+9o\n"
    "LA3nMp1pAgMBAAECggEAD0Pm5aMM7KmKSHDMNFlpGyKVVoR6XpQnwhbzfy6Zee5V\n"
    "cN41XJvRRplQAZCUyBlJgIrnq7Z6T2dy3YRqTePWZS7clzLaQ4fIyXXjkVCXuQ7L\n"
    "903X/1CS4KIo2dGwyXL5DYZWHJRPV3HXYuqQvVVYxMUEU1LsJ2dElj7RtN/xNNjI\n"
    "pWuIt1hSIYyQobbQjNyKZxuIgb/LrB9V3yfrs8Bb6othZIBKXGCoxSSOvvjpCxEI\n"
    "TzmjYskq8dU9ue+ouUmbZxdjX2CKFYhDEFUZLI7JViTo/2WHt8wF5WnquYW+m+/r\n"
    "ePVQ5Z0h+CD5Q4KtSC344Cu9g21g01Gf07i+A7xvVwKBgQD+atsnhHWHMETKKsoi\n"
    "GcnA6f5PV9cRbSimvyb9qlTrtdZ5J+if+56N7Z5Uat1JFFDIKdNBZz/d/97/jzct\n"
    "xxpJan5R+4IdhZ81YAGrsfpeEdSYiDj/TPz5nuAA0oMgkqr92qfFIzFtLlHw/s7Z\n"
    "bZ+RUUxu50i6mNgUPhrzero49wKBgQDT3J8BN9Bza+VadEzirGIWbmPUn1dTAmLu\n"
    "L2n8ZQbSwFtLtgzvr61t+TvtJZJJSZ/HmCobZdIVS1vHUw2oFDlxRt1vnl9WXARK\n"
    "3gqNTbSQZ1FEi0CaTNwJyF9vPDotYaQdEbHNIgZd8rgSHIqspW670urL2xS2zNQL\n"
    "JpaEx42knwKBgQCy/EX1xTBRzVl3ySavWukfOP9anneFoQAKX0x1BRH9Sc37KmJz\n"
    "urdPLi5HQW8wbIRwbUxcJOE/szUVIZI2OG5729nGn2RolIrvJ/3E5s82wuCH9r3y\n"
    "jh0jF+yLZ44sqkJ1mRCSljG9l+q52ul2+bJar5FQLJJ0A/dwNkkLpfnA/QKBgFiC\n"
    "G79ThPcjRT7jxVcRMy0x0uz54G5iWdgt4LY7sn0LNVjM5lyf5PFDpSBuiM2rP2AQ\n"
    "Fs85W2ngAKil7tegE1tagpnl7OhUKsroNjpQEzYco5viHQwZPfesSQpce+WHnBs0\n"
    "0DXlmAlZpEKUv+5ecoNvGv4tOVsg+Rjrdwhjoa37AoGATh/Gsj3uOqHZe7iiOV7R\n"
    "cHs20tON40WZb1Ye2/3dHTGDE+s1+GFOHdZuoFYrFfVn2U1B7+df/lyzyFdXEhFy\n"
    "4KTRYu7SsijAnMDLHHi6+JH2ZtZ2Xhm3e8v6CT1EZQ0R77KPGYMT2jhvZm7DSqXr\n"
    "rRMs/yUT1plXgIb82MZRneA=\n"
    "-----END PRIVATE KEY-----\n";

/* its public half, PKCS#1 */
static const char pem_public[] =
    "-----BEGIN RSA PUBLIC KEY-----\n"
    "MIIBCgKCAQEA0o1Ue3wjOHZCNvWpzbYasulDHDHwRVClavVkB/qlz3Io9TuFM+u8\n"
    "Wh2A8yC/12FBNbYJkdP7rvR1LqVy6SL0f4rbjhKPEOSslWKttnct9z71GF6SVyaq\n"
    "6UrjodnVVhxQFs+t1PlzGLZ5iPtEZG7HMTSrrDvGsRCe6b5SCg5jxSwPqCujwjqV\n"
    "H9NNSYd5x3E5FmE0K8g8ZnC5MO63ZUULJsSHTitgq3yJKJL4SsfFOe0wAQYYv9iV\n"
    "QBZAQMOlLOOKBmSk5gg3MSdmFv7A6eojMFhvena5RZGpo74OzhWk5VUidaVXs5aK\n"
    "u3n9vsH0WroX6wD8Dfn/kGvvaCwN5zKdaQIDAQAB\n"
    "-----END RSA PUBLIC KEY-----\n";

/* the same, SPKI */
static const char pem_public_spki[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0o1Ue3wjOHZCNvWpzbYa\n"
    "sulDHDHwRVClavVkB/qlz3Io9TuFM+u8Wh2A8yC/12FBNbYJkdP7rvR1LqVy6SL0\n"
    "f4rbjhKPEOSslWKttnct9z71GF6SVyaq6UrjodnVVhxQFs+t1PlzGLZ5iPtEZG7H\n"
    "MTSrrDvGsRCe6b5SCg5jxSwPqCujwjqVH9NNSYd5x3E5FmE0K8g8ZnC5MO63ZUUL\n"
    "JsSHTitgq3yJKJL4SsfFOe0wAQYYv9iVQBZAQMOlLOOKBmSk5gg3MSdmFv7A6eoj\n"
    "MFhvena5RZGpo74OzhWk5VUidaVXs5aKu3n9vsH0WroX6wD8Dfn/kGvvaCwN5zKd\n"
    "aQIDAQAB\n"
    "-----END PUBLIC KEY-----\n";

#endif
