# Signing in, each way of it, against tgdc in a process of its own.
tlgen_need(JANSSON)
add_library(flow_fixture STATIC flow_fixture.c flow_script.c)
target_compile_definitions(flow_fixture PRIVATE _GNU_SOURCE
                                                TGDC_PROGRAM="$<TARGET_FILE:tgdc>")
target_include_directories(flow_fixture PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(flow_fixture PUBLIC tgauth PkgConfig::CMOCKA PRIVATE PkgConfig::JANSSON)
add_dependencies(flow_fixture tgdc)
foreach(part IN ITEMS start code care token password qr account migrate interactive log loop)
  tlgen_test(test_flow_${part} test_flow_${part}.c LIBS flow_fixture)
endforeach()
tlgen_need(THREADS)
target_compile_definitions(test_flow_interactive PRIVATE _POSIX_C_SOURCE=200809L)
target_link_libraries(test_flow_interactive PRIVATE Threads::Threads)
