# What `cmake --install` leaves for other projects: libraries and headers, a CMake package with all of
# them as targets, and a pkg-config file for each. A static and a shared build can share one prefix.
option(TLGEN_INSTALL "Install the programs, the libraries and their headers" ${TLGEN_TOP_LEVEL})
set(TLGEN_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/tlgen)
if(BUILD_SHARED_LIBS)
  set(TLGEN_LIBRARY_KIND shared)
else()
  set(TLGEN_LIBRARY_KIND static)
endif()

# Installed programs find installed libraries wherever the prefix is moved to; those of the system's own
# prefix are found anyway.
if(TLGEN_TOP_LEVEL AND NOT DEFINED CMAKE_INSTALL_RPATH AND NOT APPLE
   AND NOT CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  file(RELATIVE_PATH TLGEN_LIB_FROM_BIN ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR})
  set(CMAKE_INSTALL_RPATH "$ORIGIN:$ORIGIN/${TLGEN_LIB_FROM_BIN}")
endif()

# _tlgen_pc(NAME DESCRIPTION LIBRARY): NAME.pc, relative to where it lies. Without a shared library
# everything is needed to link, so what is private becomes public.
function(_tlgen_pc name description library)
  set(pc_dir ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig)
  file(RELATIVE_PATH prefix ${pc_dir} ${CMAKE_INSTALL_PREFIX})
  file(RELATIVE_PATH includedir ${pc_dir} ${CMAKE_INSTALL_FULL_INCLUDEDIR})
  string(JOIN " " libs -l${library} ${arg_LIBS_PRIVATE})
  string(JOIN " " requires ${arg_REQUIRES} ${arg_REQUIRES_PRIVATE})
  set(rest "Requires: ${requires}\nLibs: -L\${libdir} ${libs}\n")
  if(BUILD_SHARED_LIBS)
    string(JOIN " " requires ${arg_REQUIRES})
    string(JOIN " " requires_private ${arg_REQUIRES_PRIVATE})
    string(CONCAT rest "Requires: ${requires}\nRequires.private: ${requires_private}\n"
                       "Libs: -L\${libdir} -l${library}\nLibs.private: ${arg_LIBS_PRIVATE}\n")
  endif()
  set(layer)
  if(TL_LAYER)
    set(layer "layer=${TL_LAYER}\n")
  endif()
  set(path ${PROJECT_BINARY_DIR}/${name}.pc)
  file(WRITE ${path} "prefix=\${pcfiledir}/${prefix}
libdir=\${pcfiledir}/..
includedir=\${pcfiledir}/${includedir}
${layer}
Name: ${name}
Description: ${description}
Version: ${PROJECT_VERSION}
Cflags: -I\${includedir}
${rest}")
  install(FILES ${path} DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT dev)
endfunction()

# tlgen_install(TARGET DESCRIPTION text
#               [NAME name]               of the library's file and of its pkg-config module
#               [LAYERED]                 its interface changes with the layer of TL_SCHEMA
#               [HEADERS dir...]          what is in them goes to the include folder
#               [REQUIRES module...] [REQUIRES_PRIVATE module...] [LIBS_PRIVATE flag...])
#
# The version in a shared library's name is major.minor, as long as the major version is 0, and the
# layer: programs built for another layer have other structures.
function(tlgen_install target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "LAYERED" "NAME;DESCRIPTION"
                        "HEADERS;REQUIRES;REQUIRES_PRIVATE;LIBS_PRIVATE")
  set(name tlgen-${target})
  if(arg_NAME)
    set(name ${arg_NAME})
  endif()
  set(version ${PROJECT_VERSION})
  set(soversion ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  if(arg_LAYERED AND TL_LAYER)
    set(soversion ${soversion}.${TL_LAYER})
    set(version ${soversion})
  endif()
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${name} VERSION ${version}
                                             SOVERSION ${soversion})
  if(NOT TLGEN_INSTALL)
    return()
  endif()
  install(TARGETS ${target} EXPORT tlgen-${TLGEN_LIBRARY_KIND}-targets
          ARCHIVE COMPONENT dev
          RUNTIME COMPONENT libraries
          LIBRARY COMPONENT libraries NAMELINK_COMPONENT dev)
  foreach(dir IN LISTS arg_HEADERS)
    install(DIRECTORY ${dir}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev)
  endforeach()
  _tlgen_pc(${name} "${arg_DESCRIPTION}" ${name})
endfunction()

# Once, when all is said.
function(tlgen_install_package)
  set(version_file ${PROJECT_BINARY_DIR}/tlgen-config-version.cmake)
  set(TLGEN_DOT_LAYER)
  if(TL_LAYER)
    set(TLGEN_DOT_LAYER .${TL_LAYER})
  endif()
  configure_file(${PROJECT_SOURCE_DIR}/cmake/tlgen-config-version.cmake.in ${version_file} @ONLY)
  install(EXPORT tlgen-${TLGEN_LIBRARY_KIND}-targets NAMESPACE tlgen::
          DESTINATION ${TLGEN_PACKAGE_DIR} COMPONENT dev)
  install(FILES ${PROJECT_SOURCE_DIR}/cmake/tlgen-config.cmake ${version_file}
                ${PROJECT_SOURCE_DIR}/generated/cmake/TlGenerate.cmake
          DESTINATION ${TLGEN_PACKAGE_DIR} COMPONENT dev)
  _tlgen_install_data()
  configure_file(${PROJECT_SOURCE_DIR}/cmake/uninstall.cmake ${PROJECT_BINARY_DIR}/uninstall.cmake @ONLY)
  if(TLGEN_TOP_LEVEL)
    add_custom_target(uninstall COMMAND ${CMAKE_COMMAND} -P ${PROJECT_BINARY_DIR}/uninstall.cmake VERBATIM)
    include(${PROJECT_SOURCE_DIR}/cmake/deb.cmake)
  endif()
endfunction()

# What is read rather than run: the licence, the guides, Telegram's schema with its tables.
function(_tlgen_install_data)
  file(GLOB guides ${PROJECT_SOURCE_DIR}/docs/*.md ${PROJECT_SOURCE_DIR}/docs/*.svg)
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/README.md
                ${PROJECT_SOURCE_DIR}/CHANGELOG.md ${guides}
          DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT dev)
  file(GLOB examples ${PROJECT_SOURCE_DIR}/examples/*.c)
  install(FILES ${examples} DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT dev)
  file(GLOB tables ${PROJECT_SOURCE_DIR}/schema/*.tl ${PROJECT_SOURCE_DIR}/schema/*.tsv)
  install(FILES ${tables} ${PROJECT_SOURCE_DIR}/schema/README.md
          DESTINATION ${CMAKE_INSTALL_DATADIR}/tlgen/schema COMPONENT tools)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/schema/keys DESTINATION ${CMAKE_INSTALL_DATADIR}/tlgen/schema
          COMPONENT tools)
endfunction()

# tlgen_install_program(TARGET COMPONENT name [EXPORT] [MAN]): a program, by its component of the Debian packages;
# EXPORT makes it a target of find_package(tlgen), MAN manual pages of what it and its commands say on --help.
function(tlgen_install_program target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "EXPORT;MAN" "COMPONENT" "")
  if(NOT TLGEN_INSTALL)
    return()
  endif()
  set(export)
  if(arg_EXPORT)
    set(export EXPORT tlgen-${TLGEN_LIBRARY_KIND}-targets)
  endif()
  install(TARGETS ${target} ${export} RUNTIME COMPONENT ${arg_COMPONENT})
  if(NOT arg_MAN OR CMAKE_CROSSCOMPILING)
    return()
  endif()
  find_program(TLGEN_AWK NAMES awk mawk gawk)
  if(NOT TLGEN_AWK)
    message(STATUS "tlgen: no awk, so no manual pages")
    return()
  endif()
  set(pages ${CMAKE_CURRENT_BINARY_DIR}/${target}-man)
  add_custom_command(
    OUTPUT ${pages}/${target}.1
    COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:${target}> -DVERSION=${PROJECT_VERSION} -DAWK=${TLGEN_AWK}
            -DOUT=${pages} -P ${PROJECT_SOURCE_DIR}/cmake/man.cmake
    DEPENDS ${target} ${PROJECT_SOURCE_DIR}/cmake/man.cmake ${PROJECT_SOURCE_DIR}/cmake/man.awk
    VERBATIM)
  add_custom_target(${target}_manual ALL DEPENDS ${pages}/${target}.1)
  install(DIRECTORY ${pages}/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT ${arg_COMPONENT}
          FILES_MATCHING PATTERN "*.1" PATTERN help EXCLUDE)
endfunction()
