/* Keys that key exchange cannot use. */
#ifndef TESTS_MTP_RSA_BAD_PEMS_H
#define TESTS_MTP_RSA_BAD_PEMS_H

/* RSA, but too short */
static const char pem_1024_bits[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCq7ODhYDajvtWr/mtYEJ8r4Ueq\n"
    "msMMjfsORTHPxHthSKTWUnpwX4dJL1UsLTFfl19QSu4qSBu+hQGccCMBcPW/o79B\n"
    "vBAhFpjP/UO8tAdJHLDgGRazrkoitsDly/izYdm/h3Hw9ZK+uiZP45asYaZw1vvz\n"
    "hEdvs9qQAb8oxMVQPQIDAQAB\n"
    "-----END PUBLIC KEY-----\n";

/* with the exponent 1: what it encrypts is what it was */
static const char pem_exponent_1[] =
    "-----BEGIN RSA PUBLIC KEY-----\n"
    "MIIBCAKCAQEA0o1Ue3wjOHZCNvWpzbYasulDHDHwRVClavVkB/qlz3Io9TuFM+u8\n"
    "Wh2A8yC/12FBNbYJkdP7rvR1LqVy6SL0f4rbjhKPEOSslWKttnct9z71GF6SVyaq\n"
    "6UrjodnVVhxQFs+t1PlzGLZ5iPtEZG7HMTSrrDvGsRCe6b5SCg5jxSwPqCujwjqV\n"
    "H9NNSYd5x3E5FmE0K8g8ZnC5MO63ZUULJsSHTitgq3yJKJL4SsfFOe0wAQYYv9iV\n"
    "QBZAQMOlLOOKBmSk5gg3MSdmFv7A6eojMFhvena5RZGpo74OzhWk5VUidaVXs5aK\n"
    "u3n9vsH0WroX6wD8Dfn/kGvvaCwN5zKdaQIBAQ==\n"
    "-----END RSA PUBLIC KEY-----\n";

/* with an even one */
static const char pem_exponent_2[] =
    "-----BEGIN RSA PUBLIC KEY-----\n"
    "MIIBCAKCAQEA0o1Ue3wjOHZCNvWpzbYasulDHDHwRVClavVkB/qlz3Io9TuFM+u8\n"
    "Wh2A8yC/12FBNbYJkdP7rvR1LqVy6SL0f4rbjhKPEOSslWKttnct9z71GF6SVyaq\n"
    "6UrjodnVVhxQFs+t1PlzGLZ5iPtEZG7HMTSrrDvGsRCe6b5SCg5jxSwPqCujwjqV\n"
    "H9NNSYd5x3E5FmE0K8g8ZnC5MO63ZUULJsSHTitgq3yJKJL4SsfFOe0wAQYYv9iV\n"
    "QBZAQMOlLOOKBmSk5gg3MSdmFv7A6eojMFhvena5RZGpo74OzhWk5VUidaVXs5aK\n"
    "u3n9vsH0WroX6wD8Dfn/kGvvaCwN5zKdaQIBAg==\n"
    "-----END RSA PUBLIC KEY-----\n";

/* not RSA */
static const char pem_elliptic[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEkf1CD86rJ0s+c72NRzXUXOVoyr6R\n"
    "P6iwCTOMoPit+qNE1RnEMxt8Jv18qB6IF0p+L+FDwKSwjWppQrxGD7J+sA==\n"
    "-----END PUBLIC KEY-----\n";

/* RSA of the right size, with a password */
static const char pem_encrypted[] =
    "-----BEGIN RSA PRIVATE KEY-----\n"
    "Proc-Type: 4,ENCRYPTED\n"
    "DEK-Info: AES-128-CBC,5E5F78DB51CF64804E4081C2E809C61C\n"
    "\n"
    "4v2vhUARBuq7XyAU/TUoGhW2V8pZi6j3VZjRtpBSVdwYVTo8EbDDZKgvVe/PdwRT\n"
    "rhITOrrOpivMtiqKiB5pyBFfRddku6u3C1DXACIbb02bjBqpoohJNinjWAprMmkz\n"
    "nOnJGef78vkT/MnOllQocsRkuvzBWhj3SS3DJbbLUQ5y7EXKdSDS33dRvnXtZWMO\n"
    "Ztoo21YQIP6r+mYnkK7QumoeHMIdEG3ide2FgarDBkwFDqRiqQ5NR7sGG7nfKl2R\n"
    "ejS1fpWrcwdEeatDuOurnXl/VKLuPDW6dm3y6yxACmwyR71eh9D18z8wiFqtiAx/\n"
    "XJ1BQnsWThSwFFZoJqICCW7JEpFeRpsGFPC4bF7IMbIh756220dAW6xHgQk3gRz+\n"
    "00rHry7vws60JnDyPlLqY/ljNBOfm2uNbmTFtdKu6/1K/LN2IJ0jaicKGxF587Ol\n"
    "bbmWVWAMOCXbw2FBQqO3Swebsj4w7CUBu9RZX6yCW8oc+4Y4SvreB4TvRyc+yzHA\n"
    "QjGwIbsa/WuJEQDZjLCJ9ZWtJN5HLp155tSL52j0Ect5PnMT/+E9BOObvg5PWgzD\n"
    "W7wfn5oYRmGhKUpf3dvAfsHOyWVW5Ib5vek50rLCrJeXvBc6ZRtfs5B6kc8c1vg9\n"
    "DLRvrq3puTM+zxybhBEpGj3dCOQ9KhLuJkRTHhHvmFMti4wCWnl5Tt9IPTPz0hQ/\n"
    "qdZ+F5LzBgN+8mvohOJ+rvbrd47lVzswrbwR63kkbGhrODKKWDUu0FXk7mvBWzQq\n"
    "XA+QWdU82VTyfvjjUNFxE7FbbrnFLaod6Ky1ka7ernDei9vkWkqQ+FNV2veNucPk\n"
    "nao26jVhXYo5joFMomQf8Tkj7fu4JVK5nHSKGPvRRz/F+3lG3uGOl+v1tkc3Plis\n"
    "a2JkNmw/Yyloy4s7c002AZVcwP7gK+t8HDNT05jFIiplzJirez5v5lzjLeENjYSk\n"
    "680mnWt2n/v7nU2LRP93vVs5r4TRDssqUEbjfmzXrmfByp6vMUX2tfaKxilAIhpM\n"
    "fnWjxv/ihDqI+5MFoc8LI0R9nCC9ls70hAKgjzyQEYN1Ffq83yfNQYqNB9B9xbZX\n"
    "MucpGDAEveGiELeIUhbIpMOGl2cTygJeK7RLDLqJlUR6mhqeyt6ie/eRhQ0tzmZV\n"
    "8S587iPGtxbPWq7fscPGFHlkvng849HxsMO3cnOd56lEqddmqyhupk3dc+8FGNu1\n"
    "tnHdXO9msik3vr/jtaojRuwLw9ONSQgtxPZ8SZ+euqSSUeWMuhrRJ9EJXr8uaz9i\n"
    "Gdm6ki0M8TdVo75T7KAjWJuamCFYUabGI5z6n8q1htxyp7zlI8dHEv3Khz4RcMr8\n"
    "Sw9dBliItzh5Xa2jQdC2LDKDLmLclqcIXxZPhvKHfXXK6+YelYuEasT/5jQy3Wyv\n"
    "2z4edEOm6EPKaWQsKX/oKThwf2ZUC/aP7UMsYl01kUs8OPc6Xnxrr/22QYvpWwvJ\n"
    "dz0WifzHi4H4iIWVd6WF8VvQOAppmdRrG8mGXLVP7ng/DlotdAIDgbONTIetprAG\n"
    "UftXsXDRrgJmBza5TeOiG0ll48YF9BVaBzui9RCMcZs8CVEtp5y/B0J9oNde3Mz2\n"
    "-----END RSA PRIVATE KEY-----\n";

#endif
