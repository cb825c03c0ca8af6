/* What the server does in one step. */
#ifndef TGAUTH_REDIS_SCRIPT_H
#define TGAUTH_REDIS_SCRIPT_H

/* KEYS: the accounts' index; ARGV: what is to be done, and its own words, as the functions say. */
extern const char redis_script[];

#endif
