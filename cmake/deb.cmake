# Debian packages, by `cpack` in a build tree that was configured with -DCMAKE_INSTALL_PREFIX=/usr and
# -DBUILD_SHARED_LIBS=ON; scripts/deb does all of it.
#
#   libtlgen<version>-<layer>   the shared libraries: several versions stand beside each other
#   libtlgen-dev                headers, pkg-config, CMake package, guides
#   tlgen-tools                 tlgen, tgcall, Telegram's schema
#   tgdc                        the local data centre
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME tlgen)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "tlgen maintainers <maintainers@tlgen.example>")
set(CPACK_PACKAGING_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL libraries dev tools dc)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY "=")
# Libraries of this build are found before they are installed.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS
    ${PROJECT_BINARY_DIR}/tlgen/parser ${PROJECT_BINARY_DIR}/runtime/tl ${PROJECT_BINARY_DIR}/generated
    ${PROJECT_BINARY_DIR}/runtime/mtp ${PROJECT_BINARY_DIR}/runtime/tgkit ${PROJECT_BINARY_DIR}/auth
    ${PROJECT_BINARY_DIR}/auth/postgresql ${PROJECT_BINARY_DIR}/auth/redis ${PROJECT_BINARY_DIR}/auth/tables
    ${PROJECT_BINARY_DIR}/auth/pool ${PROJECT_BINARY_DIR}/auth/streams)

set(_tlgen_library libtlgen${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}-${TL_LAYER})
set(CPACK_DEBIAN_LIBRARIES_PACKAGE_NAME ${_tlgen_library})
set(CPACK_DEBIAN_LIBRARIES_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARIES_PACKAGE_CONTROL_EXTRA ${PROJECT_BINARY_DIR}/deb/triggers)
file(WRITE ${PROJECT_BINARY_DIR}/deb/triggers "activate-noawait ldconfig\n")
set(CPACK_COMPONENT_LIBRARIES_DESCRIPTION
    "Telegram's API for C programs: libraries
Codec of TL, bindings of layer ${TL_LAYER}, MTProto 2.0 and helpers to
sign in, as shared libraries.")

set(CPACK_DEBIAN_DEV_PACKAGE_NAME libtlgen-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS
    "${_tlgen_library} (= ${PROJECT_VERSION}), libssl-dev, zlib1g-dev, libjansson-dev")
set(CPACK_DEBIAN_DEV_PACKAGE_RECOMMENDS "tlgen-tools (= ${PROJECT_VERSION})")
set(CPACK_COMPONENT_DEV_DESCRIPTION
    "Telegram's API for C programs: headers
What is needed to compile programs that call Telegram's API: headers,
pkg-config modules, a CMake package, guides and examples.")

set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME tlgen-tools)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SECTION net)
set(CPACK_DEBIAN_TOOLS_PACKAGE_DEPENDS "${_tlgen_library} (= ${PROJECT_VERSION})")
set(CPACK_COMPONENT_TOOLS_DESCRIPTION
    "Telegram's API from the command line, and a generator of bindings
tgcall signs in to Telegram and calls any method of its API; tlgen reads
a TL schema and writes C bindings of it.")

set(CPACK_DEBIAN_DC_PACKAGE_NAME tgdc)
set(CPACK_DEBIAN_DC_PACKAGE_SECTION net)
set(CPACK_DEBIAN_DC_PACKAGE_DEPENDS "${_tlgen_library} (= ${PROJECT_VERSION})")
set(CPACK_COMPONENT_DC_DESCRIPTION
    "data centre that speaks MTProto, for tests
tgdc keeps accounts, sends codes into a file and can be told to fail, so
that programs for Telegram are developed and tested without a network,
a telephone or a ban.")

# Each package has its licence and change log; manual pages are compressed.
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_BINARY_DIR}/deb/documents.cmake)
configure_file(${PROJECT_SOURCE_DIR}/cmake/deb_documents.cmake ${PROJECT_BINARY_DIR}/deb/documents.cmake @ONLY)
include(CPack)
