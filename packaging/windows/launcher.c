/* Starts the Python beside it: statmon.exe without a console, statmon.com with one (typed `statmon` finds .com first).
 * The library is loaded by its full path, and nothing from the current folder, so that no other DLL can slip in. */
#include <windows.h>

typedef int (*py_main)(int, wchar_t **);

#define MOST 32768
static wchar_t path[MOST];

static int fail(const wchar_t *what) {
    MessageBoxW(NULL, what, L"statmon", MB_ICONERROR);
    return 1;
}

static int start(int argc, wchar_t **argv) {
    SetDllDirectoryW(L"");
    DWORD length = GetModuleFileNameW(NULL, path, MOST);
    if (length == 0 || length > MOST - 32) return fail(L"statmon is installed in a folder whose name is too long.");
    wchar_t *last = path + length;
    while (last > path && *last != L'\\') last--;
    lstrcpyW(last, L"\\python\\" PYTHON);
    HMODULE python = LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
    py_main run = python ? (py_main)(void *)GetProcAddress(python, "Py_Main") : NULL;
    if (!run) return fail(L"statmon's files are damaged: install it again.");
    wchar_t **words = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(wchar_t *) * (argc + 7));
    wchar_t *fixed[] = {argv[0], L"-I", L"-X", L"utf8", L"-m", L"statmon_windows"};
    int count = 0;
    for (; count < 6; count++) words[count] = fixed[count];
    for (int i = 1; i < argc; i++) words[count++] = argv[i];
    return run(count, words);
}

#ifdef WINDOWED
#include <shellapi.h>
int WINAPI wWinMain(HINSTANCE own, HINSTANCE before, PWSTR line, int show) {
    (void)own, (void)before, (void)line, (void)show;
    int argc;
    wchar_t **argv = CommandLineToArgvW(GetCommandLineW(), &argc);
    return start(argc, argv);
}
#else
int wmain(int argc, wchar_t **argv) { return start(argc, argv); }
#endif
