# Writes the manual pages of a program and of each of its commands from what they print on --help (man.awk).
#   cmake -DPROGRAM=tgcall -DVERSION=0.1.0 -DAWK=awk -DOUT=folder -P man.cmake
get_filename_component(program ${PROGRAM} NAME)
string(TIMESTAMP date "%Y-%m-%d" UTC) # or SOURCE_DATE_EPOCH
file(REMOVE_RECURSE ${OUT})
file(MAKE_DIRECTORY ${OUT}/help)

# What PROGRAM ARGUMENT... --help prints, as a page of that name.
function(page name)
  set(text ${OUT}/help/${name})
  execute_process(COMMAND ${PROGRAM} ${ARGN} --help OUTPUT_FILE ${text} COMMAND_ERROR_IS_FATAL ANY)
  set(own)
  if(ARGN)
    set(own ${OUT}/help/${program})
  endif()
  string(TOUPPER ${name} title)
  execute_process(
    COMMAND ${AWK} -v title=${title} -v version=${VERSION} -v date=${date} -v program=${program}
            -f ${CMAKE_CURRENT_LIST_DIR}/man.awk ${text} ${own}
    OUTPUT_FILE ${OUT}/${name}.1 COMMAND_ERROR_IS_FATAL ANY)
endfunction()

page(${program})
file(READ ${OUT}/help/${program} main)
string(REGEX MATCH "\ncommands:\n(  [^\n]*\n)*" list "${main}")
string(REGEX MATCHALL "\n  [a-z-]+" commands "${list}")
foreach(command IN LISTS commands)
  string(STRIP "${command}" command)
  page(${program}-${command} ${command})
endforeach()
