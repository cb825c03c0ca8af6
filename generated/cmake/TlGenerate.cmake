# tlgen_generate(): a library of C bindings from TL schemas.
#
#   tlgen_generate(TARGET name SCHEMA file...
#                  [ERRORS file...]      tables of the server's errors
#                  [METHODS file...]     tables of who may call what
#                  [PREFIX prefix]       what every name starts with; else the target's name
#                  [ONLY pattern...]     only what these name, and all that it needs
#                  [LAYER n]             where no schema has a line `// LAYER n`
#                  [HOT file...]         straight-line functions for the definitions named in them
#                  [LEGACY file...]      forms of other layers, which are decoded, too
#                  [DOC_URL url]         link every definition to its page there
#                  [OPTIONS option...]   more options of `tlgen generate`, such as --keep-words
#                  [OUT dir]             where the code goes; else in the build tree
#                  [STATIC | SHARED | OBJECT])   else as BUILD_SHARED_LIBS has it
#
# The library's headers are <prefix/prefix.h>, <prefix/auth.h> and so on; whoever links to it can
# include them. It is made again when a schema, a table or tlgen changes, and only the files that
# really differ are written.
#
# Usable from other projects, by add_subdirectory, FetchContent or find_package: it takes the program
# from TLGEN_EXECUTABLE (set it when compiling for another machine), or from the target tlgen (run by
# CMAKE_CROSSCOMPILING_EMULATOR if there is one) or tlgen::tlgen, or from the PATH; and libtl from
# tlgen::tl.
include_guard(GLOBAL)

function(_tlgen_command out)
  if(TLGEN_EXECUTABLE)
    set(${out} ${TLGEN_EXECUTABLE} PARENT_SCOPE)
  elseif(TARGET tlgen)
    set(${out} $<TARGET_FILE:tlgen> PARENT_SCOPE)
    if(CMAKE_CROSSCOMPILING)
      set(${out}_emulator ${CMAKE_CROSSCOMPILING_EMULATOR} PARENT_SCOPE)
    endif()
  elseif(TARGET tlgen::tlgen)
    set(${out} $<TARGET_FILE:tlgen::tlgen> PARENT_SCOPE)
  else()
    find_program(TLGEN_EXECUTABLE tlgen REQUIRED)
    set(${out} ${TLGEN_EXECUTABLE} PARENT_SCOPE)
  endif()
endfunction()

# Paths as the caller's source folder has them.
function(_tlgen_absolute out)
  set(paths)
  foreach(path IN LISTS ARGN)
    get_filename_component(path "${path}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
    list(APPEND paths "${path}")
  endforeach()
  set(${out} "${paths}" PARENT_SCOPE)
endfunction()

function(tlgen_generate)
  cmake_parse_arguments(PARSE_ARGV 0 arg "STATIC;SHARED;OBJECT" "TARGET;PREFIX;DOC_URL;LAYER;OUT"
                        "SCHEMA;ERRORS;METHODS;ONLY;HOT;LEGACY;OPTIONS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "tlgen_generate: what is ${arg_UNPARSED_ARGUMENTS}?")
  endif()
  if(NOT arg_TARGET OR NOT arg_SCHEMA)
    message(FATAL_ERROR "tlgen_generate: TARGET and SCHEMA are needed")
  endif()
  if(NOT arg_PREFIX)
    set(arg_PREFIX ${arg_TARGET})
  endif()
  if(NOT arg_OUT)
    set(arg_OUT ${CMAKE_CURRENT_BINARY_DIR}/${arg_TARGET})
  endif()
  _tlgen_command(program)
  _tlgen_absolute(schemas ${arg_SCHEMA})
  _tlgen_absolute(errors ${arg_ERRORS})
  _tlgen_absolute(methods ${arg_METHODS})
  _tlgen_absolute(hot ${arg_HOT})
  _tlgen_absolute(legacy ${arg_LEGACY})

  set(sources ${arg_OUT}/src/${arg_PREFIX}_schema.c)
  set(options --quiet --prefix ${arg_PREFIX} --out ${arg_OUT} ${arg_OPTIONS})
  if(errors)
    list(APPEND sources ${arg_OUT}/src/${arg_PREFIX}_errors.c)
    list(APPEND options --errors ${errors})
  endif()
  if(methods)
    list(APPEND options --methods ${methods})
  endif()
  if(hot)
    list(APPEND sources ${arg_OUT}/src/${arg_PREFIX}_hot.c)
    list(APPEND options --hot ${hot})
    if(CMAKE_C_COMPILER_ID STREQUAL "GNU") # as small as -O2 goes
      set(small -O2 -fno-align-functions -fno-align-jumps -fno-align-loops
                -fno-asynchronous-unwind-tables)
      set_source_files_properties(${arg_OUT}/src/${arg_PREFIX}_hot.c PROPERTIES COMPILE_OPTIONS
                                  "$<$<CONFIG:Release,RelWithDebInfo>:${small}>")
    endif()
  endif()
  if(legacy)
    list(APPEND options --legacy ${legacy})
  endif()
  if(arg_ONLY)
    list(APPEND options --only ${arg_ONLY})
  endif()
  if(arg_LAYER)
    list(APPEND options --layer ${arg_LAYER})
  endif()
  if(arg_DOC_URL)
    list(APPEND options --doc-url ${arg_DOC_URL})
  endif()
  add_custom_command(
    OUTPUT ${sources}
    COMMAND ${program_emulator} ${program} generate --schema ${schemas} ${options}
    DEPENDS ${schemas} ${errors} ${methods} ${hot} ${legacy} ${program}
    COMMENT "Generating ${arg_PREFIX} from the schema"
    VERBATIM)

  set(kind)
  if(arg_STATIC)
    set(kind STATIC)
  elseif(arg_SHARED)
    set(kind SHARED)
  elseif(arg_OBJECT)
    set(kind OBJECT)
  endif()
  add_library(${arg_TARGET} ${kind} ${sources})
  target_include_directories(
    ${arg_TARGET} PUBLIC $<BUILD_INTERFACE:${arg_OUT}/include>
                         $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(${arg_TARGET} PUBLIC tlgen::tl)
  set_target_properties(${arg_TARGET} PROPERTIES TLGEN_INCLUDE_DIR ${arg_OUT}/include)
endfunction()
