/* A real challenge from Telegram's servers and the answers to it, with the random bytes used: the
 * published test data of another implementation (mtcute). */
#ifndef TESTS_AUTH_SRP_VECTORS_H
#define TESTS_AUTH_SRP_VECTORS_H

/* salts of an account whose password is "qwe123" */
static const char vector_salt1[] =
    "9b3accc457c0d5288e8cff31eb21094048bc11902f6614dbb9afb839ee7641c37619537d8ebe749e";
static const char vector_salt2[] = "6c619bb0786dc4ed1bf211d23f6e4065";
static const char vector_b[] = "1476a7b5991d7f028bbee33b3455cad3f2cd0eb3737409fcce92fa7d4cd5c733"
                               "ec6d2cb3454e587d4c17eda2fd7ef9a57327215f38292cc8bd5dc77d3e1d31cd"
                               "dae2652f8347c4b0093f7c78242f70e6cc13137ee7acc257a49855a63113db8f"
                               "163992b9101551f3b6f7eb5d196cee3647c359553b1bcbe82ba8933c0fb1ac35"
                               "0243c535b8e634613e1f626ba8a6d141ef957c859e71a117b557c0298bfbb107"
                               "c91f71f5b4275fded58289aa1e87c612f44b7aa0b5e0de7def4458f58db80019"
                               "d2e7b181eb66dc270374af2d160dd0c53edd677b2701694d71ea8718c49df6a9"
                               "dbe2cbae051ffc1986336cd26f11a8ab426dfe0813d7b3f4eedf4e34182ccc3a";

/* the first 256 random bytes: a; the first 32 are added to the salt of a new password */
static const char vector_random[] =
    "29afd26df40fb8ed10b6b4ad6d56ef5df9453f88e6ee6adb6e0544ba635dc6a8"
    "a990c9b8b980c343936b33fa7f97bae025102532233abb269c489920ef99021b"
    "259ce3a2c964c5c8972b4a84ff96f3375a94b535a9468f2896e2080ac7a32ed5"
    "8e910474a4b02415e07671cbb5bdd58a5dd26fd137c4c98b8c346571fae6ead3"
    "9dfd612bd6b480b6723433f5218e9d6e271591153fb3ffefc089f7e848d3f463"
    "3459fff66b33cf939e5655813149fa34be8625f9bc4814d1ee6cf40e4d0de229"
    "1aa22e68c8ad8cc698103734f9aaf79f2bdc052a787a7a9b3629d1ed38750f88"
    "cb0481c0ba30a9c611672f9a4d1dc02637abb4e98913ee810a3b152d3d75f25d";

static const char vector_x[] = "750f1fe282965e63ce17b98427b35549fb864465211840f6a7c1f2fb657cc33b";
static const char vector_a[] = "363976f55edb57cc5cc0c4aaca9b7539eff98a43a93fa84be34860d18ac3a80f"
                               "ffd57c4617896ff667677d0552a079eb189d25d147ec96edd4495c946a18652d"
                               "31d78eede40a8b29da340c19b32ccac78f8482406e392102c03d850d1db87223"
                               "2c144bfacadb58856971aafb70ca3aac4efa7f73977ddc50dfc0a2c76c0ac950"
                               "728d58b8480fa89c701703855148fadd885aaf1ca313ae3a3b2942de58a9a6fb"
                               "9e3e65c7ac7a1b7f4e6aa4742b957f81927bd8cc761b76f90229dec34d6f15d3"
                               "4fa454aa69d9219d9c5fa3625f5c6f1ac03892a70aa17269c76cd9bf2949a961"
                               "fad2a71e5fa961824b32db037130c7e9aad4c1e9f02ebc5b832622f98b59597e";
/* made with salt1 and the first 32 random bytes as salt1 */
static const char vector_m1[] = "25a91b21c634ad670a144165a9829192d152e131a716f676abc48cd817f508c6";

/* new_password_hash of the new password "123qwe", with salt1 and the first 32 random bytes */
static const char vector_verifier[] =
    "2540539ceeffd4543cd845bf319b8392e6b17bf7cf26bafcf6282ce9ae795368"
    "4ff49469c2863b17e6d65ddb16ae6f60bc07cc254c00e5ba389292f6cea0b3aa"
    "c459d1d08984d65319df8c5d124042169bbe2ab8c0c93bc7178827f2ea84e7c3"
    "a4f2660099fb6a4c38984c914283d3015278369521a4b81ecf927669b8c89746"
    "ef49ec7b019af7f3addc746362f298d96409bef4677b9c3d8e5b5afe7a44c0bc"
    "130ebc7a79b5d5980966d88d3d9eba511b101b0703abd86df7410cd120edad12"
    "2a7a3ccad92d906dbf6f43bba13555bafb626b45551275f3626a4ae26a14908d"
    "38d640680e501f52bd08a0e3ff9d9185eebdae890c167459449b2c205b3ecde4";

#endif
