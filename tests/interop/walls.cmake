# Every transport and every way through a wall: walls.py runs each test by name.
set(walls_own
    direct_tcp direct_websocket direct_http direct_dribble direct_tls direct_tls_strangers
    proxies_socks5 proxies_names proxies_socks5_password proxies_socks4 proxies_http proxies_http_password proxies_https
    proxies_web proxies_dribble proxies_refused
    mtproxy_plain mtproxy_padded mtproxy_tls mtproxy_no_secret mtproxy_dribble mtproxy_strangers mtproxy_wrong_secret
    mtproxy_signed_in mtproxy_wrong_mode mtproxy_in_between mtproxy_fresh_hellos mtproxy_real_tls_server mtproxy_migrate
    mtproxy_endpoint
    hostile_hang_up hostile_reset hostile_half_closed hostile_nonsense hostile_silence hostile_endless
    independent_plain independent_padded independent_tls independent_files independent_records independent_dribble
    independent_server independent_hellos independent_old independent_replay independent_clocks independent_wrong_secret independent_forged
    independent_middle independent_stops_closed independent_stops_silent independent_stops_noise
    matrix_each matrix_distrust matrix_ipv6 matrix_narrow)
set(walls_foreign
    proxies_telethon proxies_gramjs proxies_mtcute proxies_tdlib
    mtproxy_telethon mtproxy_gramjs mtproxy_mtcute mtproxy_tdlib independent_tdlib)
set(walls_environment
    TGDC=$<TARGET_FILE:tgdc> TGCALL=$<TARGET_FILE:tgcall> TGPROXY=$<TARGET_FILE:tgproxy> REDIRECT=$<TARGET_FILE:redirect>
    NODE_MODULES=${NPM}/node_modules)

foreach(name ${walls_own} ${walls_foreign})
  add_test(NAME walls_${name} COMMAND /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/walls.py ${name})
  set_tests_properties(walls_${name} PROPERTIES
    ENVIRONMENT "${walls_environment}"
    LABELS peers TIMEOUT 300)
endforeach()
foreach(name ${walls_foreign})
  set_tests_properties(walls_${name} PROPERTIES FIXTURES_REQUIRED npm LABELS interop)
endforeach()
