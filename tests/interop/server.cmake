# Our client against a server that shares nothing with this project, right and hostile: server.py runs each test by name.
set(server_tests
    good_transports good_forward_secrecy good_wrong_answers good_examples good_key_exchanges good_acknowledgements
    good_questions good_salts good_dropped
    calls_migrations calls_test_servers calls_lost_keys calls_patience calls_files
    keys_lies keys_lies_about_temporary_keys
    messages_forgeries messages_forgeries_without_end messages_replays messages_insides
    network_cuts_of_a_bot network_cuts_with_forward_secrecy network_cuts_of_a_user network_dribble network_flipped_bits
    network_frames_that_lie network_transport_errors network_cut_packets network_bad_manners network_silence
    odd_passwords odd_configurations odd_first_calls odd_odd_times odd_short_connections
    storms_notifications storms_storms storms_clocks storms_unreadable_answers)

foreach(name ${server_tests})
  add_test(NAME server_${name} COMMAND /usr/bin/python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/server.py ${name})
  set_tests_properties(server_${name} PROPERTIES
    ENVIRONMENT "TGCALL=$<TARGET_FILE:tgcall>;EXAMPLES=$<TARGET_FILE:example_hello>:$<TARGET_FILE:example_loop_poll>;SIGN_IN=$<TARGET_FILE:sign_in>"
    LABELS peers TIMEOUT 300)
endforeach()
