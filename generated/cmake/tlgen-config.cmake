# What find_package(tlgen) reads.
include("${CMAKE_CURRENT_LIST_DIR}/tlgen-targets.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/TlGenerate.cmake")
